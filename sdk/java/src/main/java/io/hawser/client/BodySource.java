package io.hawser.client;

/**
 * Fetches the bodies of notifications that the app's own server holds. Called on a thread of the client's that does
 * nothing else; it may block.
 */
public interface BodySource {
    /**
     * Returns the body.
     *
     * @param notification whose {@link PushMessage#key} and {@link PushMessage#hint} say what is meant
     * @throws NoSuchBody if there is none, or no more: it is not asked for again
     * @throws Exception to be asked again later
     */
    byte[] fetch(PushMessage notification) throws Exception;

    /** There is no such body, for good. */
    final class NoSuchBody extends Exception {
        private static final long serialVersionUID = 1;

        public NoSuchBody(String message) {
            super(message);
        }
    }
}
