import Testing

@testable import Server

@Suite struct `A notice to the service manager` {
    @Test(arguments: [
        (ServiceNotice.ready("3 access keys"), "READY=1\nSTATUS=3 access keys\n"),
        (.reloading(microsecond: 12), "RELOADING=1\nMONOTONIC_USEC=12\n"),
        (.status("a worker ended"), "STATUS=a worker ended\n"),
        (
            .stopping(within: .milliseconds(90_500)),
            "STOPPING=1\nSTATUS=draining: running answers finish first\n"
                + "EXTEND_TIMEOUT_USEC=90500000\n"
        ),
    ])
    func `is lines that systemd knows`(notice: ServiceNotice, text: String) {
        #expect(notice.text == text)
    }

    @Test func `holds no line that a reason brought along`() {
        let notice = ServiceNotice.ready("refused:\nMAINPID=1\r\n\nSTOPPING=1")
        #expect(notice.text == "READY=1\nSTATUS=refused: MAINPID=1 STOPPING=1\n")
    }
}
