package io.hawser.room.tls;

import io.hawser.keeper.config.Secret;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What TLS is made of, as it was read: equal to what was read later where nothing has changed. */
record TlsFiles(TlsConfig config, String certificate, Secret key, String clientCa) {
    private static final long MAX_BYTES = 1 << 20;

    /** @throws HawserException INVALID_ARGUMENT, naming the file that cannot be read */
    static TlsFiles read(TlsConfig config) {
        return new TlsFiles(
                config,
                text("certificate", config.certificate()),
                Secret.of(text("key", config.key())),
                config.clientCa().isEmpty() ? "" : text("clientCa", config.clientCa()));
    }

    private static String text(String what, String file) {
        try {
            Path path = Path.of(file);
            long bytes = Files.size(path);
            if (bytes > MAX_BYTES) {
                throw refusal(
                        what + ": " + file + " has " + bytes + " bytes (expected: " + MAX_BYTES + " at most)", null);
            }
            return Files.readString(path);
        } catch (IOException e) {
            throw refusal(what + ": " + file + " cannot be read (expected: a PEM file)", e);
        }
    }

    private static HawserException refusal(String message, @Nullable Throwable cause) {
        return new HawserException(ErrorCode.INVALID_ARGUMENT, message, cause);
    }
}
