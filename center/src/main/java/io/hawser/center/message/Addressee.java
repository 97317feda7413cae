package io.hawser.center.message;

import io.hawser.api.v1.Target;
import io.hawser.rpc.id.DeviceId;
import io.hawser.rpc.id.Mailbox;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.SessionPolicy;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/**
 * Whom a message is for.
 *
 * @param mailbox empty: all of the user's
 */
public record Addressee(UserKey user, String mailbox) {
    static Addressee of(App app, Target target) {
        UserKey user = UserKey.of(app.getId(), target.getUser());
        if (!target.getDevice().isEmpty() && !target.getDeviceClass().isEmpty()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "target.device_class: set (expected: none beside target.device)");
        }
        if (!target.getDevice().isEmpty()) {
            require(app, SessionPolicy.ONE_PER_DEVICE, "target.device");
            return new Addressee(user, Mailbox.of(app.getSessionPolicy(), new DeviceId(target.getDevice()), ""));
        }
        if (!target.getDeviceClass().isEmpty()) {
            require(app, SessionPolicy.ONE_PER_DEVICE_CLASS, "target.device_class");
            return new Addressee(user, Mailbox.ofClass(target.getDeviceClass()));
        }
        return new Addressee(user, "");
    }

    /** All of a user's mailboxes. */
    public static Addressee of(App app, String user) {
        return new Addressee(UserKey.of(app.getId(), user), "");
    }

    /** Whether a session of the user reads what is sent to this. */
    boolean reaches(String sessionMailbox) {
        return mailbox.isEmpty() || mailbox.equals(sessionMailbox);
    }

    private static void require(App app, SessionPolicy policy, String field) {
        if (app.getSessionPolicy() != policy) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    field + ": set (expected: none, as the app's session policy is " + app.getSessionPolicy()
                            + " and not " + policy + ")");
        }
    }
}
