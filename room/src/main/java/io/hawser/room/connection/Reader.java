package io.hawser.room.connection;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.CountFruitlessRequest;
import io.hawser.rpc.v1.ForgetMailboxRequest;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.ReleaseMailboxRequest;
import io.hawser.rpc.v1.Session;
import io.hawser.wire.v1.Bind;

/** Whose device reads which mailbox, as BIND said and the app's policy decided; and what others are asked in its name. */
final class Reader {
    private final String app;
    private final String user;
    private final String device;
    private final String deviceClass;
    private final String mailbox;
    private final ByteString installationNonce;
    private final String clientVersion;
    private final long boundMs;

    /** What many have in common is shared by all of a loop. */
    Reader(ConnectionLoop loop, Bind bind, String app, String mailbox) {
        this.app = app;
        this.user = bind.getUser();
        this.device = bind.getDevice();
        this.deviceClass = loop.shared(bind.getDeviceClass());
        this.mailbox = loop.shared(mailbox);
        this.installationNonce = bind.getInstallationNonce();
        this.clientVersion = loop.shared(bind.getClientVersion());
        this.boundMs = loop.wallMs();
    }

    String app() {
        return app;
    }

    String user() {
        return user;
    }

    String device() {
        return device;
    }

    String mailbox() {
        return mailbox;
    }

    ByteString installationNonce() {
        return installationNonce;
    }

    boolean isOf(String someApp, String someUser) {
        return user.equals(someUser) && app.equals(someApp);
    }

    /** The session, but for its location and stamp. */
    Session.Builder session() {
        return Session.newBuilder()
                .setApp(app)
                .setUser(user)
                .setDevice(device)
                .setDeviceClass(deviceClass)
                .setMailbox(mailbox)
                .setInstallationNonce(installationNonce)
                .setBoundMs(boundMs)
                .setClientVersion(clientVersion);
    }

    OpenMailboxRequest open(long position) {
        return OpenMailboxRequest.newBuilder()
                .setApp(app)
                .setUser(user)
                .setMailbox(mailbox)
                .setPosition(position)
                .build();
    }

    LoadRequest load(long after, int atMost, LoadConfig limits) {
        return LoadRequest.newBuilder()
                .setApp(app)
                .setUser(user)
                .setMailbox(mailbox)
                .setAfter(after)
                .setMaxMessages(Math.min(atMost, limits.maxMessages()))
                .setMaxBytes(limits.maxBytes().toInt())
                .build();
    }

    AcknowledgeRequest acknowledge(long seq, int messages) {
        return AcknowledgeRequest.newBuilder()
                .setApp(app)
                .setUser(user)
                .setMailbox(mailbox)
                .setSeq(seq)
                .setMessages(messages)
                .build();
    }

    ForgetMailboxRequest forget() {
        return ForgetMailboxRequest.newBuilder()
                .setApp(app)
                .setUser(user)
                .setMailbox(mailbox)
                .build();
    }

    CountFruitlessRequest fruitless(long given, int skipAfterHolds) {
        return CountFruitlessRequest.newBuilder()
                .setApp(app)
                .setUser(user)
                .setMailbox(mailbox)
                .setGiven(given)
                .setSkipAfterHolds(skipAfterHolds)
                .build();
    }

    ReleaseMailboxRequest release() {
        return ReleaseMailboxRequest.newBuilder()
                .setApp(app)
                .setUser(user)
                .setMailbox(mailbox)
                .build();
    }
}
