package io.hawser.center.ban;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import io.hawser.api.v1.CreateBanRequest;
import io.hawser.api.v1.CreateClusterBanRequest;
import io.hawser.rpc.id.DeviceId;
import io.hawser.rpc.id.Network;
import io.hawser.rpc.id.UserId;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.nio.charset.StandardCharsets;

/**
 * Whom to ban, and for how long. Valid by construction: a user, one device of it, or a network.
 *
 * @param network canonical
 * @param ttlMs 0: for good
 */
record Wish(String user, String device, String network, String reason, long ttlMs) {
    private static final int MAX_REASON_BYTES = 256;
    private static final int MIN_PREFIX4 = 8;
    private static final int MIN_PREFIX6 = 16;
    private static final Duration MAX_TTL = Durations.fromDays(3_650);

    static Wish of(CreateBanRequest asked) {
        if (asked.getUser().isEmpty() == asked.getNetwork().isEmpty()) {
            throw refusal(
                    asked.getUser().isEmpty()
                            ? "user: none, and no network (expected: one of the two)"
                            : "network: set (expected: none beside user)");
        }
        long ttlMs = asked.hasTtl() ? ttlMs(asked.getTtl()) : 0;
        if (asked.getNetwork().isEmpty()) {
            return ofUser(asked.getUser(), asked.getDevice(), asked.getReason(), ttlMs);
        }
        if (!asked.getDevice().isEmpty()) {
            throw refusal("device: set (expected: none beside network)");
        }
        return ofNetwork(asked.getNetwork(), asked.getReason(), ttlMs);
    }

    static Wish of(CreateClusterBanRequest asked) {
        return ofNetwork(asked.getNetwork(), asked.getReason(), asked.hasTtl() ? ttlMs(asked.getTtl()) : 0);
    }

    private static Wish ofUser(String user, String device, String reason, long ttlMs) {
        String oneDevice = device.isEmpty() ? "" : new DeviceId(device).value();
        return new Wish(new UserId(user).value(), oneDevice, "", reason(reason), ttlMs);
    }

    private static Wish ofNetwork(String network, String reason, long ttlMs) {
        return new Wish("", "", network(network), reason(reason), ttlMs);
    }

    /** Too large a network is rather a slip of the hand than a ban. */
    private static String network(String text) {
        Network network = Network.parse(text);
        int least = network.version6() ? MIN_PREFIX6 : MIN_PREFIX4;
        if (network.prefix() < least) {
            throw refusal("network: " + network + " (expected: a prefix of " + least + " and longer)");
        }
        return network.toString();
    }

    private static String reason(String reason) {
        int bytes = reason.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_REASON_BYTES) {
            throw refusal("reason: " + bytes + " bytes (expected: at most " + MAX_REASON_BYTES + ")");
        }
        return reason;
    }

    private static long ttlMs(Duration ttl) {
        if (!Durations.isValid(ttl) || ttl.getSeconds() < 1 || Durations.compare(ttl, MAX_TTL) > 0) {
            throw refusal("ttl: " + ttl.getSeconds() + "s (expected: 1s to " + MAX_TTL.getSeconds() + "s)");
        }
        return Durations.toMillis(ttl);
    }

    private static HawserException refusal(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }
}
