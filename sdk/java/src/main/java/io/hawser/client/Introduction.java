package io.hawser.client;

import com.google.protobuf.ByteString;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Resume;
import org.jspecify.annotations.Nullable;

/** How the client introduces itself: HELLO and BIND. */
final class Introduction {
    /** Of the protocol; the only one that this client speaks. */
    static final int VERSION = 1;

    static final String SDK = "hawser-java/" + sdkVersion();

    private final ClientSettings settings;
    private final Inflation inflation;
    private final ByteString installationNonce;

    Introduction(ClientSettings settings, Inflation inflation, byte[] installationNonce) {
        this.settings = settings;
        this.inflation = inflation;
        this.installationNonce = ByteString.copyFrom(installationNonce);
    }

    /**
     * @param token what the client comes back with, and how far it is; empty: it comes anew
     */
    byte[] hello(ByteString token, long position, @Nullable BroadcastCursor cursor) {
        Hello.Builder hello = Hello.newBuilder()
                .setMinVersion(VERSION)
                .setMaxVersion(VERSION)
                .setHeartbeatSeconds((int) settings.heartbeat.toSeconds())
                .setSdk(SDK)
                .setPlatform(platform())
                .setNetwork(settings.network.get())
                .setResumable(true)
                .addAllEncodings(inflation.offered());
        if (!token.isEmpty()) {
            hello.setResumeToken(token).addResume(resume(position, cursor));
        }
        return Frames.encode(FrameType.HELLO, hello.build());
    }

    private Resume.Builder resume(long position, @Nullable BroadcastCursor cursor) {
        Resume.Builder resume = Resume.newBuilder()
                .setBinding(Session.BINDING)
                .setInstallationNonce(installationNonce)
                .setPosition(position);
        return cursor == null ? resume : resume.setCursor(cursor);
    }

    byte[] bind(String token, long position, @Nullable BroadcastCursor cursor) {
        Bind.Builder bind = Bind.newBuilder()
                .setBinding(Session.BINDING)
                .setApp(settings.app)
                .setUser(settings.user)
                .setDevice(settings.device)
                .setDeviceClass(settings.deviceClass)
                .setInstallationNonce(installationNonce)
                .setToken(token)
                .setPosition(position)
                .addAllGroups(settings.groups)
                .setClientVersion(settings.clientVersion);
        if (cursor != null) {
            bind.setCursor(cursor);
        }
        return Frames.encode(FrameType.BIND, bind.build());
    }

    static String platform() {
        return System.getProperty("os.name", "");
    }

    private static String sdkVersion() {
        String version = Introduction.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
