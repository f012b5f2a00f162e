import Glibc
import Platform
import Testing

@Suite struct ThisProcessTests {
    @Test func `the program's path names the file that runs, and is no link of the kernel's`()
        throws
    {
        let path = try ThisProcess.programPath()
        var running = stat()
        var named = stat()
        #expect(unsafe stat("/proc/self/exe", &running) == 0)
        #expect(unsafe stat(path, &named) == 0)
        #expect(running.st_ino == named.st_ino)
        #expect(path.hasPrefix("/") && !path.hasPrefix("/proc/"))
    }
}
