package io.hawser.saver.hold;

import io.hawser.rpc.id.UserKey;
import io.hawser.saver.batch.Sql;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/** Whose mailbox. */
record MailboxKey(UserKey user, String mailbox) {
    static MailboxKey of(String app, String user, String mailbox) {
        if (mailbox.isEmpty()) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, "mailbox: empty (expected: a mailbox's name)");
        }
        return new MailboxKey(UserKey.of(app, user), mailbox);
    }

    String app() {
        return user.app().value();
    }

    /** As they stand in keys: slot, app, user, mailbox. */
    Object[] columns() {
        return new Object[] {user.slot(), app(), Sql.bytes(user.user().value()), Sql.bytes(mailbox)};
    }
}
