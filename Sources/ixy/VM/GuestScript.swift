/// The guest's first process: a script for busybox.
struct GuestScript {
    /// ixgbe, vfio-pci or none.
    let driver: String
    let hasIOMMU: Bool
    /// Nil for a shell.
    let command: String?

    var text: String {
        """
        #!/bin/busybox sh
        /bin/busybox --install -s /bin
        export PATH=/usr/bin:/bin HOME=/root TERM=linux
        mount -t proc proc /proc
        mount -t sysfs sysfs /sys
        mount -t devtmpfs dev /dev
        mkdir -p /dev/pts /run/netns /tmp
        mount -t devpts devpts /dev/pts
        mount -t tmpfs tmp /tmp
        hostname ixy
        ip link set lo up
        ulimit -c 0
        \(setUp)
        cd /root
        \(work)
        echo "exit $code" >/dev/ttyS2
        poweroff -f

        """
    }

    private var setUp: String {
        switch driver {
        case "ixgbe": "modprobe ixgbe"
        case "vfio-pci":
            """
            modprobe vfio_iommu_type1
            modprobe vfio-pci
            for card in /sys/bus/pci/devices/*; do
                [ "$(cat $card/device)" = 0x10fb ] || continue
                echo vfio-pci >$card/driver_override
                basename $card >/sys/bus/pci/drivers_probe
            done
            """
        default: "echo 64 >/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages"
        }
    }

    /// Closing the port waits until all that was written is out.
    private var work: String {
        guard command != nil else {
            return """
                stty -F /dev/ttyS0 sane
                echo "Linux $(uname -r); the cards are 0000:00:04.0 and following. Leave with exit." >/dev/ttyS0
                setsid sh -c 'exec sh -l </dev/ttyS0 >/dev/ttyS0 2>&1'
                code=$?
                """
        }
        return """
            stty -F /dev/ttyS0 -opost -echo
            sh /ixy-command </dev/ttyS0 >/dev/ttyS0 2>&1
            code=$?
            """
    }
}
