package io.hawser.center.user;

import com.google.protobuf.util.Timestamps;
import io.hawser.api.v1.Connection;
import io.hawser.api.v1.Mailbox;
import io.hawser.api.v1.Presence;
import io.hawser.api.v1.User;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.v1.ListMailboxesReply;
import io.hawser.rpc.v1.MailboxInfo;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Whereabouts;

/** A user as the API shows one: what the register knows, beside what the saver keeps. */
final class UserView {
    private UserView() {}

    static User of(UserKey user, Whereabouts where, ListMailboxesReply mailboxes) {
        User.Builder view = User.newBuilder()
                .setName("apps/" + user.app() + "/users/" + user.user())
                .setPresence(presence(where))
                .addAllUnknownRooms(where.getUnknownRoomsList());
        where.getSessionsList().forEach(session -> view.addConnections(connection(session)));
        mailboxes.getMailboxesList().forEach(mailbox -> view.addMailboxes(mailbox(mailbox)));
        if (mailboxes.getMailboxesCount() == 0) {
            view.setWaiting(mailboxes.getMessages());
        }
        return view.build();
    }

    static Presence presence(Whereabouts where) {
        if (where.getSessionsCount() > 0) {
            return Presence.ONLINE;
        }
        return where.getUnknownRoomsCount() > 0 ? Presence.UNKNOWN : Presence.OFFLINE;
    }

    static Connection connection(Session session) {
        return Connection.newBuilder()
                .setDevice(session.getDevice())
                .setDeviceClass(session.getDeviceClass())
                .setMailbox(session.getMailbox())
                .setRoom(session.getLocation().getRoom())
                .setConnection(session.getLocation().getConnection())
                .setBound(Timestamps.fromMillis(session.getBoundMs()))
                .setClientVersion(session.getClientVersion())
                .build();
    }

    private static Mailbox mailbox(MailboxInfo mailbox) {
        return Mailbox.newBuilder()
                .setMailbox(mailbox.getMailbox())
                .setAcknowledged(mailbox.getAcknowledged())
                .setHead(mailbox.getHead())
                .setPending(mailbox.getPending())
                .build();
    }
}
