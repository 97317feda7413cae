package io.hawser.keeper.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A password, key or token of the configuration. It shows itself as {@code ****} wherever it is printed, logged or
 * served; only {@link #reveal} gives the text.
 */
public final class Secret {
    private static final Secret NONE = new Secret("");

    private final String text;

    private Secret(String text) {
        this.text = text;
    }

    public static Secret of(String text) {
        return text.isEmpty() ? NONE : new Secret(text);
    }

    /** Returns the empty secret: none was configured. */
    public static Secret none() {
        return NONE;
    }

    public String reveal() {
        return text;
    }

    public boolean isEmpty() {
        return text.isEmpty();
    }

    /** Compares in a time that does not tell where two secrets differ. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(bytes(), secret.bytes());
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Returns {@code ****}, or nothing where there is no secret. */
    @Override
    public String toString() {
        return text.isEmpty() ? "" : "****";
    }

    private byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
