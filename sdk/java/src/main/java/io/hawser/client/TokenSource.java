package io.hawser.client;

/** Where the client gets its token: usually a call to the app's own back end. */
@FunctionalInterface
public interface TokenSource {
    /**
     * Returns a token that is valid now; called before each bind, and when the one in use is about to end. May block.
     * Never called twice at once.
     *
     * @throws Exception where none can be had now: the client tells {@link PushListener#onError} and tries again later
     */
    String token() throws Exception;
}
