package io.hawser.room.tls;

import io.hawser.keeper.config.Secret;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Reads the keys of session tickets: name, key of the HMAC, key of AES, 16 bytes each. */
final class TicketKeys {
    private static final int PART = 16;

    private TicketKeys() {}

    /** @throws HawserException INVALID_ARGUMENT, naming the key by its place */
    static OpenSslSessionTicketKey[] of(List<Secret> secrets) {
        OpenSslSessionTicketKey[] keys = new OpenSslSessionTicketKey[secrets.size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = key(i, secrets.get(i));
        }
        return keys;
    }

    private static OpenSslSessionTicketKey key(int place, Secret secret) {
        byte[] bytes = bytes(place, secret);
        return new OpenSslSessionTicketKey(
                Arrays.copyOfRange(bytes, 0, PART),
                Arrays.copyOfRange(bytes, PART, 2 * PART),
                Arrays.copyOfRange(bytes, 2 * PART, 3 * PART));
    }

    private static byte[] bytes(int place, Secret secret) {
        try {
            byte[] bytes = Base64.getDecoder().decode(secret.reveal().strip());
            if (bytes.length == OpenSslSessionTicketKey.TICKET_KEY_SIZE) {
                return bytes;
            }
            throw refusal(place, bytes.length + " bytes");
        } catch (IllegalArgumentException e) {
            throw refusal(place, "no base64");
        }
    }

    private static HawserException refusal(int place, String what) {
        return HawserException.refusal(
                ErrorCode.INVALID_ARGUMENT,
                "ticketKeys[" + place + "]: " + what
                        + " (expected: 48 bytes in base64, as of openssl rand -base64 48)");
    }
}
