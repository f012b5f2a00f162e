import CLinux
import Glibc

/// A running thread that is joined exactly once.
///
/// This file is the only one that makes threads.
package struct Thread: ~Copyable {
    private let handle: pthread_t

    /// Starts a thread; nothing that `body` captures may be used by the creator afterwards.
    package init(_ name: String, _ body: sending @escaping () -> Void) throws(SystemError) {
        let box = unsafe Unmanaged.passRetained(Start(name: name, body: body))
        var handle = pthread_t()
        let code = unsafe pthread_create(&handle, nil, unsafe Thread.main, box.toOpaque())
        guard code == 0 else {
            unsafe box.release()
            throw SystemError("pthread_create", on: name, code: code)
        }
        self.handle = handle
    }

    /// Waits until the thread has ended.
    package consuming func join() {
        _ = pthread_join(handle, nil)
    }

    /// Lets the thread end by itself: for threads that last as long as the process.
    package consuming func detach() {
        pthread_detach(handle)
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
        { context in
            guard let context = unsafe context else { return nil }
            let start = unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
            unsafe start.name.withCString { unsafe clinux_name_thread($0) }
            start.body()
            return nil
        }
}

/// What crosses into a new thread.
private final class Start {
    let name: String
    let body: () -> Void

    init(name: String, body: @escaping () -> Void) {
        self.name = name
        self.body = body
    }
}
