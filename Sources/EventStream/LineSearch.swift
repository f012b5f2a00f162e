/// The index of the first CR or LF, searched from `start`; the count when there is none.
///
/// It looks at 32 bytes a step, so it serves to walk long texts of other kinds too.
package func endOfLine(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var index = start
    unsafe bytes.withUnsafeBytes { unsafe skipBlocksWithoutLineEnd($0, &index) }
    while index < bytes.count {
        let byte = bytes[index]
        if byte <= 0x0D, byte == 0x0A || byte == 0x0D { return index }
        index &+= 1
    }
    return index
}

/// Moves over blocks of 32 bytes that hold neither CR nor LF.
private func skipBlocksWithoutLineEnd(_ text: UnsafeRawBufferPointer, _ index: inout Int) {
    typealias Block = SIMD32<UInt8>
    let lineFeed = Block(repeating: 0x0A)
    let carriageReturn = Block(repeating: 0x0D)
    while index &+ 32 <= text.count {
        let block = unsafe text.loadUnaligned(fromByteOffset: index, as: Block.self)
        let lineEnds = (block .== lineFeed) .| (block .== carriageReturn)
        let marks = unsafe unsafeBitCast(lineEnds, to: SIMD4<UInt64>.self)
        if marks.x | marks.y | marks.z | marks.w != 0 { return }
        index &+= 32
    }
}
