package io.hawser.client;

/** The app's token source, never asked twice at once. */
final class Tokens {
    private final TokenSource source;

    Tokens(TokenSource source) {
        this.source = source;
    }

    synchronized String next() throws Exception {
        return source.token();
    }
}
