package import IxyHardware

extension VirtIO {
    /// The common configuration structure of a modern device. (VirtIO 1.2 §4.1.4.3)
    package enum CommonConfiguration {
        package typealias Field<Value, Access> = LayoutField<CommonConfiguration, Value, Access>
        where Value: FixedWidthInteger & UnsignedInteger & Sendable

        package static let deviceFeatureSelect = Field<UInt32, ReadWrite>("device_feature_select", at: 0)
        package static let deviceFeature = Field<UInt32, ReadOnly>("device_feature", at: 4)
        package static let driverFeatureSelect = Field<UInt32, ReadWrite>("driver_feature_select", at: 8)
        package static let driverFeature = Field<UInt32, ReadWrite>("driver_feature", at: 12)
        package static let configurationVector = Field<UInt16, ReadWrite>("config_msix_vector", at: 16)
        package static let queueCount = Field<UInt16, ReadOnly>("num_queues", at: 18)
        package static let deviceStatus = Field<UInt8, ReadWrite>("device_status", at: 20)
        package static let generation = Field<UInt8, ReadOnly>("config_generation", at: 21)
        package static let queueSelect = Field<UInt16, ReadWrite>("queue_select", at: 22)
        package static let queueSize = Field<UInt16, ReadWrite>("queue_size", at: 24)
        package static let queueVector = Field<UInt16, ReadWrite>("queue_msix_vector", at: 26)
        package static let queueEnable = Field<UInt16, ReadWrite>("queue_enable", at: 28)
        package static let queueNotifyOffset = Field<UInt16, ReadOnly>("queue_notify_off", at: 30)
        package static let queueDescriptors = Field<UInt64, NamesRing>("queue_desc", at: 32)
        package static let queueDriverArea = Field<UInt64, NamesWords>("queue_driver", at: 40)
        package static let queueDeviceArea = Field<UInt64, NamesWords>("queue_device", at: 48)

        /// Bytes of all the fields above. VirtIO 1.2 has added more behind them, which this driver does not use.
        package static let count = 56
    }

    /// The header of a legacy device's BAR 0. (VirtIO 1.2 §4.1.4.10)
    package enum LegacyHeader {
        package typealias Field<Value, Access> = LayoutField<LegacyHeader, Value, Access>
        where Value: FixedWidthInteger & UnsignedInteger & Sendable

        package static let deviceFeatures = Field<UInt32, ReadOnly>("device_features", at: 0)
        package static let driverFeatures = Field<UInt32, ReadWrite>("driver_features", at: 4)
        /// In units of 4096 bytes.
        package static let queueAddress = Field<UInt32, NamesRing>("queue_address", at: 8)
        package static let queueSize = Field<UInt16, ReadOnly>("queue_size", at: 12)
        package static let queueSelect = Field<UInt16, ReadWrite>("queue_select", at: 14)
        package static let queueNotify = Field<UInt16, ReadWrite>("queue_notify", at: 16)
        package static let deviceStatus = Field<UInt8, ReadWrite>("device_status", at: 18)
        /// Only while MSI-X is on.
        package static let configurationVector = Field<UInt16, ReadWrite>("config_msix_vector", at: 20)
        /// Only while MSI-X is on.
        package static let queueVector = Field<UInt16, ReadWrite>("queue_msix_vector", at: 22)

        /// Where the device configuration begins, without the two vectors and with them.
        package static let count = 20
        package static let countWithVectors = 24
    }

    /// No vector: the device does not interrupt for it. (VirtIO 1.2 §4.1.5.1.2)
    package static let noVector: UInt16 = 0xFFFF
}
