import Model
import Testing

@Suite struct `A date of HTTP` {
    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ])
    func `is read in all its forms`(text: String) {
        #expect(Timestamp(httpDate: text)?.unixSecond == 784_111_777)
    }

    @Test(arguments: [
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Wed, 31 Dec 2025 23:59:60 GMT", 1_767_225_600),
        ("Friday, 01-Jan-27 00:00:00 GMT", 1_798_761_600),
        ("Tue, 29 Feb 2028 12:00:00 GMT", 1_835_438_400),
    ])
    func `counts seconds since 1970`(text: String, second: Int64) {
        #expect(Timestamp(httpDate: text)?.unixSecond == second)
    }

    @Test(arguments: [
        "", "120", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 19944 08:49:37 GMT",
        "Sun, 6x Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT",
        "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT Sun, 06 Nov 1994 08:49:37 GMT",
    ])
    func `is nothing else`(text: String) {
        #expect(Timestamp(httpDate: text) == nil)
    }
}
