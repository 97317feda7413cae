package io.hawser.center.message;

import io.hawser.rpc.id.UserKey;

/** The name of a stored message: {@code apps/demo/users/alice/messages/4294967297}, the user as given. */
public final class MessageName {
    private MessageName() {}

    public static String of(UserKey user, long seq) {
        return "apps/" + user.app() + "/users/" + user.user() + "/messages/" + Long.toUnsignedString(seq);
    }
}
