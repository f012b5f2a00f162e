package import Access
package import Model

/// The access keys of a store in full, the newest first, however many they are.
///
/// Only their places are held; each record is read again when it is its turn. What is listed is the
/// store as it was at the start: a file that is replaced meanwhile stays open here, and one that
/// grows keeps its lines.
package struct KeyListing {
    private let reader: StoreReader<KeyPlaces>
    private let places: [KeyPlaces.Place]

    /// Reads the store: the keys of one account, or all.
    package init(
        of directory: StateDirectory,
        account: AccountID? = nil
    ) throws(StorageError) {
        reader = StoreReader(of: directory, into: KeyPlaces(of: account))
        _ = try reader.refresh()
        places = reader.image.newestFirst()
        reader.image = reader.image.renewed()
    }

    /// How many keys there are.
    package var count: Int { places.count }

    /// Calls with each.
    package func forEach(_ body: (AccessKeyRecord) -> Void) throws(StorageError) {
        for place in places {
            let line = try reader.line(at: place.range)
            body(try record(line))
        }
    }

    private func record(_ line: [UInt8]) throws(StorageError) -> AccessKeyRecord {
        if let record = WrittenKey(line.span)?.record(line.span) { return record }
        do throws(MemberError) {
            if case .accessKey(let record) = try StoreLine(decoding: line).change { return record }
        } catch {
            throw reader.changed(error.reason)
        }
        throw reader.changed("another record")
    }
}
