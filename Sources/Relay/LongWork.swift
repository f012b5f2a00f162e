/// What an exchange needs done that would hold up the other requests of its loop: it is lent to
/// another thread as a whole.
///
/// While ``run()`` runs, the exchange that it belongs to has nothing to do with it.
package protocol LongWork: AnyObject, SendableMetatype {
    /// Does it; what came of it stays in the object.
    func run()
}
