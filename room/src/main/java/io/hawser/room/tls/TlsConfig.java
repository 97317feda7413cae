package io.hawser.room.tls;

import io.hawser.keeper.config.Secret;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.List;

/**
 * How a room proves to clients that it is one. All of it holds for who connects after it changed.
 *
 * @param certificate PEM file of the certificate and, behind it, of those that lead to a CA; empty: no TLS
 * @param key PEM file of its private key: PKCS #8, not encrypted
 * @param ticketKeys keys of session tickets, each 48 bytes in base64, the same in all rooms: the first encrypts, all
 *     decrypt; none: the library's own, which no other room has
 * @param allowTls12 whether TLS 1.2 is spoken besides 1.3
 * @param clientCertificates whether clients show certificates
 * @param clientCa PEM file of the CAs of such; empty where there are none
 * @param reloadEvery how often the files are looked at
 */
public record TlsConfig(
        String certificate,
        String key,
        List<Secret> ticketKeys,
        boolean allowTls12,
        ClientCertificates clientCertificates,
        String clientCa,
        Duration reloadEvery) {
    private static final int MAX_TICKET_KEYS = 16;

    public TlsConfig {
        ticketKeys = List.copyOf(ticketKeys);
        if (certificate.isEmpty() != key.isEmpty()) {
            throw refusal("certificate, key: one of them (expected: both, or neither)");
        }
        if (ticketKeys.size() > MAX_TICKET_KEYS) {
            throw refusal("ticketKeys: " + ticketKeys.size() + " (expected: at most " + MAX_TICKET_KEYS + ")");
        }
        if (clientCertificates != ClientCertificates.NONE && clientCa.isEmpty()) {
            throw refusal(
                    "clientCa: none (expected: a file, where client certificates are " + clientCertificates + ")");
        }
        if (reloadEvery.toMillis() < 100 || reloadEvery.toDays() > 1) {
            throw refusal("reloadEvery: " + reloadEvery + " (expected: 100ms to 1d)");
        }
    }

    public static TlsConfig defaults() {
        return new TlsConfig("", "", List.of(), false, ClientCertificates.NONE, "", Duration.ofSeconds(10));
    }

    /** Whether there is a certificate. */
    public boolean isPresent() {
        return !certificate.isEmpty();
    }

    private static HawserException refusal(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }
}
