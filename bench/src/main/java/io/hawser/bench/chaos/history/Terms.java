package io.hawser.bench.chaos.history;

/**
 * What its sender asks for a message, besides whom it is for.
 *
 * @param ttlSeconds how long it has worth; 0: longer than the run
 * @param collapseKey a newer one of the same key replaces it; empty: none does
 * @param pulled whether a key comes to devices, which pull the text by it
 */
public record Terms(int ttlSeconds, String collapseKey, boolean pulled) {
    /** None in particular. */
    public static final Terms PLAIN = new Terms(0, "", false);

    public static Terms ttl(int seconds) {
        return new Terms(seconds, "", false);
    }

    public static Terms collapse(String key) {
        return new Terms(0, key, false);
    }

    public static Terms notification() {
        return new Terms(0, "", true);
    }
}
