import Imaging

/// A picture that `Tests/Peers/image_cases.py` makes by the same formula (SplitMix64 by index; noise and hard edges).
func testPicture(width: Int, height: Int, seed: UInt64) -> Bitmap {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height * 3)
    for row in 0..<height {
        for column in 0..<width {
            for _ in 0..<3 {
                var x = UInt64(pixels.count) &+ seed &* 0x9E37_79B9_7F4A_7C15
                x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
                x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
                x ^= x >> 31
                let isNoise = (column / 7 + row / 5) % 2 == 0
                pixels.append(isNoise ? UInt8(truncatingIfNeeded: x) : UInt8((x >> 8) & 1) * 255)
            }
        }
    }
    return Bitmap(width: width, height: height, pixels: pixels)
}

/// CRC-32 as zlib computes it.
func checksum(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return ~crc
}
