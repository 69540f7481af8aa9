#!/usr/bin/env bash
# Bad uses of the program: each gives one clear sentence and an exit code that is not 0, and leaves nothing behind.
. "$(dirname "${BASH_SOURCE[0]}")/table.bash"

# row NAME SENTENCE COMMAND…: the command must fail with one sentence, which holds SENTENCE.
# Variables: `code`, the exit codes that are right; `keeps`, the captures that it may leave behind.
usage='64'
failure='1'
code=$usage
keeps=
row() {
    local name=$1 sentence=$2 problem=
    shift 2
    launch 20 "$@"
    [ "$status" = "$code" ] || problem="exit code $status and not $code"
    grep -qE -- "$sentence" "$scratch/err" || problem="no such sentence: $sentence"
    # One sentence: a line that begins with what it is, and nothing that a crash would print.
    [ "$(wc -l <"$scratch/err")" = 1 ] && grep -qE '^Error: [^ ].*[^ ]$' "$scratch/err" || problem="not one sentence"
    grep -qE 'Fatal error|[Cc]rash|Backtrace|Thread [0-9]|Optional\(|Error\(|\.swift' "$scratch/err" && problem="a dump"
    problem+=$(left_over $keeps)
    verdict "$name" "$problem" "$(cut -c 8-160 "$scratch/err")"
}
# in_tree COMMAND…: runs it where /sys/bus/pci/devices is our own folder and `disk` a file system of 64 KiB.
# as_nobody COMMAND…: runs it without privileges. In a user namespace there may be nobody else to become.
mkdir "$scratch/devices" "$scratch/disk"
in_tree=$scratch/in_tree
as_nobody=$scratch/as_nobody
cat >"$in_tree" <<END
#!/usr/bin/env bash
mount --bind $scratch/devices /sys/bus/pci/devices && mount -t tmpfs -o size=64k none $scratch/disk && exec "\$@"
END
cat >"$as_nobody" <<'END'
#!/usr/bin/env bash
nobody='--reuid=65534 --regid=65534 --clear-groups'
if setpriv $nobody true 2>/dev/null; then
    exec setpriv $nobody "$@"
elif [ "$(id -u)" = 0 ]; then
    exec setpriv --bounding-set=-all --inh-caps=-all "$@"
else
    exec "$@"
fi
END
chmod 755 "$in_tree" "$as_nobody"
if [ "$(id -u)" = 0 ]; then in_tree="unshare -m $in_tree"; else in_tree="unshare -rm $in_tree"; fi

echo "What is asked for:"
row "no command that there is" "unexpected arguments" "$ixy" foward $model $model
row "device missing" "Missing expected argument" "$ixy" forward $model
row "option that is not there" "Unknown option" "$ixy" forward $model $model --quees 2
row "wrong address" "no device address" "$ixy" forward nonsense $model
row "address with a function of 8" "no device address" "$ixy" forward 0000:03:00.8 $model
row "card to itself" "cannot forward to itself" "$ixy" forward 0000:03:00.0 03:00.0
row "unknown model" "no known model" "$ixy" forward model:i350 $model
row "nothing to serve" "Missing expected argument" "$ixy" serve
row "served device with an unknown option" "no option of a served device" "$ixy" serve "$scratch/a.sock,color=red"
row "socket served twice" "named twice" "$ixy" serve "$scratch/a.sock" "$scratch/a.sock,generate"
row "served recording and made-up frames" "one of them only" "$ixy" serve "$scratch/a.sock,in=a,generate"
row "served recording that is read and written" "read and written" "$ixy" serve "$scratch/a.sock,in=a.pcap,out=a.pcap"
code=$failure row "socket in no folder" "cannot be served" "$ixy" serve "$scratch/none/a.sock"
code=$failure row "offloads of an 82599" "leave out --offload" "$ixy" forward --offload $model $model
row "unknown option of a model" "no option of a model" "$ixy" forward $model,color=red $model
row "option of a model said twice" "twice" "$ixy" forward $model,in=a,in=b $model
row "recording and made-up frames" "one of them only" "$ixy" forward $model,in=a,generate $model
for ring in 100 0 -64 32 8192 9223372036854775808 x; do
    row "ring of $ring" "ring" "$ixy" forward --ring=$ring $model $model
done
for queues in 0 65 -1; do row "$queues queues" "queues" "$ixy" forward --queues=$queues $model $model; done
for batch in 0 4097 -1; do row "batch of $batch" "batch" "$ixy" forward --batch=$batch $model $model; done
for mtu in 1499 9707 -1 x; do row "MTU of $mtu" "mtu" "$ixy" forward --mtu=$mtu $model $model; done
row "frame beyond the MTU" "with --mtu 1500" "$ixy" generate --size 1519 $model
for seconds in -1 0 nan inf 1e99 x; do row "$seconds seconds" "seconds" "$ixy" forward --seconds=$seconds $model $model; done
row "seconds without a number" "seconds" "$ixy" forward $model $model --seconds
for number in 0 -5 x; do row "$number packets" "count" "$ixy" generate $model --count=$number; done
row "idle time below 0" "idle" "$ixy" echo $model --idle=-1
row "CPU below 0" "cpu" "$ixy" forward --cpu=-1 $model $model
row "CPU beyond all numbers" "cpu" "$ixy" forward --cpu 9223372036854775807 --queues 2 $model $model
row "pages that there are none of" "no kind of page" "$ixy" forward --pages 3k $model $model
row "frames that are too short" "--size must be 64" "$ixy" generate $model --size 63
row "frames that are too long" "--size must be" "$ixy" generate $model --size 1519
row "IPv6 to IPv4" "must both be IPv6" "$ixy" generate $model --src-ip ::1 --dst-ip 10.0.0.1
row "wrong IP address" "no IPv4 address" "$ixy" echo $model --ip 10.0.0.256
row "wrong MAC address" "no MAC address" "$ixy" generate $model --dst-mac 02:00:00:00:00
row "wrong port" "port" "$ixy" generate $model --dst-port 65536
row "rate of 0" "rate" "$ixy" generate $model --rate 0
row "rate and speed" "exclude each other" "$ixy" replay $model "$recordings/left.pcap" --rate 1 --speed 1
row "replay on two queues" "one queue" "$ixy" replay $model "$recordings/left.pcap" --queues 2
row "unknown register" "no register" "$ixy" registers $model CTLR
cp "$recordings/left.pcap" "$scratch/mine.pcap"
for copy in "$model,in=$scratch/mine.pcap,out=$scratch/mine.pcap" "$model,in=$scratch/mine.pcap,out=$scratch/tmp/../mine.pcap"; do
    row "a recording onto itself" "read and written" "$ixy" forward "$copy" $model
done
row "a recording onto itself by capture" "read and written" "$ixy" capture $model,in="$scratch/mine.pcap" -w "$scratch/mine.pcap"
row "a recording onto itself by replay" "read and written" "$ixy" replay $model,out="$scratch/mine.pcap" "$scratch/mine.pcap"
row "two devices into one file" "written twice" "$ixy" forward $model,out=x.pcap $model,out=x.pcap
problem=
cmp -s "$scratch/mine.pcap" "$recordings/left.pcap" || problem="it is not as it was"
verdict "the recording after that" "$problem" "as it was"

echo "Files:"
code=$failure
head -c 100000 "$recordings/left.pcap" >"$scratch/cut.pcap"
head -c 20 "$recordings/left.pcap" >"$scratch/cut-header.pcap"
editcap -F pcapng "$recordings/left.pcap" "$scratch/whole.pcapng" 2>/dev/null
head -c 100001 "$scratch/whole.pcapng" >"$scratch/cut.pcapng"
head -c 5000 /dev/urandom >"$scratch/garbage.pcap"
: >"$scratch/empty.pcap"
gzip -c "$recordings/left.pcap" >"$scratch/packed.pcap"
cp "$recordings/left.pcap" "$scratch/secret.pcap" && chmod 000 "$scratch/secret.pcap"
mkdir "$scratch/closed" && chmod 555 "$scratch/closed"
for way in "forward $model,in=FILE $model,out=x.pcap" "capture $model,in=FILE -w x.pcap" "replay $model,out=x.pcap FILE"; do
    name=${way%% *}
    row "$name: no such recording" "No such file" "$ixy" ${way/FILE/$scratch/none.pcap}
    row "$name: unreadable recording" "Permission denied" $as_nobody "$ixy" ${way/FILE/$scratch/secret.pcap}
    row "$name: a folder as a recording" "Is a directory" "$ixy" ${way/FILE/$scratch}
    row "$name: not a capture" "garbage.pcap is no pcap or pcapng file" "$ixy" ${way/FILE/$scratch/garbage.pcap}
    row "$name: compressed" "gunzip" "$ixy" ${way/FILE/$scratch/packed.pcap}
    row "$name: empty recording" "ends at offset 0" "$ixy" ${way/FILE/$scratch/empty.pcap}
    row "$name: cut in its header" "ends at offset 20" "$ixy" ${way/FILE/$scratch/cut-header.pcap}
done
# Frames that were whole before the cut are delivered.
keeps=x.pcap
for file in cut.pcap cut.pcapng; do
    for way in "forward --lossless $model,in=FILE $model,out=SPARE" "capture $model,in=FILE -w SPARE" "replay $model,out=SPARE FILE"; do
        line=${way/FILE/$scratch/$file}
        row "${way%% *}: $file" "ends at offset 10000[01], in the middle of the [a-z ]+ at offset 9[0-9]{4}" \
            "$ixy" ${line/SPARE/$scratch/rest.pcap}
        expected=$(tshark -r "$scratch/$file" -T fields -e frame.number 2>/dev/null | wc -l)
        kept=$(count "$scratch/rest.pcap") problem=
        [ "$expected" -gt 100 ] && [ "$expected" = "$kept" ] || problem="$kept of $expected whole frames were delivered"
        verdict "${way%% *}: the frames before the cut" "$problem" "all $kept are there"
        rm -f "$scratch/rest.pcap"
    done
done
keeps=
for way in "forward $model $model,out=" "capture $model -w " "generate $model,out=" "echo $model,out=" "replay $model,out="; do
    name=${way%% *} line=$way
    if [ "$name" = replay ]; then set -- "$recordings/left.pcap"; else set --; fi
    row "$name: output in a folder that is not there" "No such file" "$ixy" ${line}/nonexistent/x.pcap "$@"
    row "$name: output in a folder that is closed" "Permission denied" $as_nobody "$ixy" ${line}$scratch/closed/x.pcap "$@"
    row "$name: a folder as output" "Is a directory" "$ixy" ${line}$scratch/closed "$@"
done
row "full device" "No space left" "$ixy" forward $model,in="$recordings/left.pcap" $model,out=/dev/full
row "full device for capture" "No space left" "$ixy" capture $model,in="$recordings/left.pcap" -w /dev/full
# A full disk keeps what fits, complete; the program and the count see the same small disk.
for way in "capture $model,in=$recordings/left.pcap -w $scratch/disk/x.pcap" \
    "replay $model,out=$scratch/disk/x.pcap $recordings/left.pcap"; do
    row "${way%% *}: full disk" "No space left on device; it keeps the first [1-9][0-9]+ frames" \
        $in_tree bash -c '"$@"; status=$?; cp "$0/disk/x.pcap" "$0/kept.pcap"; exit $status' "$scratch" "$ixy" $way
    kept=$(count "$scratch/kept.pcap") problem=
    grep -q "keeps the first $kept frames" "$scratch/err" || problem="$kept frames are there"
    verdict "${way%% *}: what fitted" "$problem" "$kept whole frames"
done
row "wrong filter" "syntax error" "$ixy" capture $model,in="$recordings/left.pcap" -w c.pcap --filter 'udp prot 53'
code=141
row "full standard output" "No space left" bash -c 'exec "$@" >/dev/full' - "$ixy" list

echo "The machine:"
code=$failure
row "no huge pages" "huge pages" "$ixy" forward --pages 1g $model,out=x.pcap $model
row "CPU that is not there" "CPU 999" "$ixy" forward --cpu 999 $model,out=x.pcap $model
row "second CPU that is not there" "CPU [0-9]+ is not" "$ixy" forward --queues 2 --cpu "$(($(getconf _NPROCESSORS_CONF) - 1))" \
    $model,out=x.pcap $model
row "nobody listens" "vhost|socket|No such file" "$ixy" echo vhost-user:"$scratch/none.sock"
row "no such card" "no such PCI device" "$ixy" forward $model,out=x.pcap ffff:ff:1f.7

# Cards of a folder that looks like sysfs. The second one has a config space that nobody answers for: whoever looks at
# it waits, and has claimed the card.
card() {   # address, device id
    local folder=$scratch/devices/$1 name
    mkdir -p "$folder"
    for name in vendor=0x8086 device=$2 class=0x020000 revision=0x01 subsystem_vendor=0x8086 subsystem_device=0x0001; do
        echo "${name#*=}" >"$folder/${name%=*}"
    done
    { echo "0x00000000f0000000 0x00000000f007ffff 0x0000000000140204"; yes "0x0 0x0 0x0" | head -n 12; } >"$folder/resource"
    truncate -s 512K "$folder/resource0"
    chmod 000 "$folder/resource0"
    truncate -s 256 "$folder/config"
}
card 0000:03:00.0 0x10fb
card 0000:04:00.0 0x10fb
card 0000:05:00.0 0x1521
card 0000:06:00.0 0x10fb
rm "$scratch/devices/0000:04:00.0/config" && mkfifo "$scratch/devices/0000:04:00.0/config"
mkdir -p "$scratch/devices/0000:06:00.0/net/eth6" && echo 0x1003 >"$scratch/devices/0000:06:00.0/net/eth6/flags"
row "a card that is no 82599" "8086:1521, for which there is no driver; supported are" $in_tree "$ixy" forward 0000:05:00.0 $model,out=x.pcap
row "its registers" "8086:1521, for which there is no driver; supported are" $in_tree "$ixy" registers 0000:05:00.0
row "no privilege" "no permission.*sudo" $in_tree $as_nobody "$ixy" forward 0000:03:00.0 $model,out=x.pcap
row "no privilege for registers" "no permission.*sudo" $in_tree $as_nobody "$ixy" registers 0000:03:00.0
row "a card whose interface is up" "eth6 is up" $in_tree "$ixy" forward 0000:06:00.0 $model,out=x.pcap
row "a card that is switched off" "memory access is off" $in_tree "$ixy" registers 0000:03:00.0
# With huge pages it gets as far as the reset, which a file does not carry out.
row "a card without huge pages, or one that is dead" "huge pages|waited [0-9]+ ms" $in_tree "$ixy" forward 0000:03:00.0 $model,out=x.pcap
timeout 20 $in_tree "$ixy" registers 0000:04:00.0 >"$scratch/holder" 2>&1 &
holder=$!
inode=$(stat -c %i "$scratch/devices/0000:04:00.0/resource0")
for ((wait = 0; wait < 500; wait++)); do
    grep -qE "FLOCK.*:$inode " /proc/locks && break
    sleep 0.01
done
row "a card in use" "is in use by another ixy process" $in_tree "$ixy" forward 0000:04:00.0 $model,out=x.pcap
row "registers of a card in use" "is in use by another ixy process" $in_tree "$ixy" registers 0000:04:00.0
exec 4<>"$scratch/devices/0000:04:00.0/config"
wait $holder
conclude
