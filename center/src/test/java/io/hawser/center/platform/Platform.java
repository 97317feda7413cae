package io.hawser.center.platform;

import com.google.protobuf.ByteString;
import io.hawser.center.Center;
import io.hawser.center.CenterConfig;
import io.hawser.keeper.Service;
import io.hawser.rpc.directory.ApiKey;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.Credential;
import io.hawser.rpc.v1.CredentialKind;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.SessionPolicy;
import io.hawser.rpc.v1.TokenAlgorithm;
import io.hawser.rpc.v1.TokenKey;
import io.hawser.rpc.v1.Whereabouts;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;

/** A center, in front of one saver, one register and one room; the apps "demo", "other" and "closed". */
public final class Platform implements AutoCloseable {
    public static final String ROOM = "room-1";
    private static final SecureRandom RANDOM = new SecureRandom();

    public final FakeSaver saver = new FakeSaver();
    public final FakeRegister register = new FakeRegister();
    public final FakeRoom room = new FakeRoom();
    public final FakeCoordinator coordinator = new FakeCoordinator(register);
    public final FakeContext context;
    public final Api api;
    private final Service center;

    private Platform(CenterConfig config) {
        context = new FakeContext(config, Clock.systemUTC());
        join("saver", saver.port());
        join("register", register.port());
        join("room", room.port());
        join("coordinator", coordinator.port());
        saver.directory.put(app("demo"));
        saver.directory.put(app("other"));
        saver.directory.put(app("closed").toBuilder().setDisabled(true).build());
        String key = keyOf(credential(CredentialKind.APP_KEY, "demo", ALL_SCOPES));
        center = Center.start(context);
        api = new Api(Objects.requireNonNull(context.advertised().attributes().get(Center.API_ATTRIBUTE)), key);
        Awaitility.await().until(context::isHealthy);
    }

    public static final List<String> ALL_SCOPES = List.of(
            "messages.send",
            "messages.read",
            "messages.recall",
            "users.read",
            "users.manage",
            "tokens.issue",
            "broadcasts.send",
            "broadcasts.read",
            "groups.write",
            "groups.read",
            "bans.write",
            "bans.read",
            "callbacks.write",
            "callbacks.read");

    public static Platform start() {
        return new Platform(CenterConfig.defaults());
    }

    public static Platform start(CenterConfig config) {
        return new Platform(config);
    }

    public static App app(String id) {
        return App.newBuilder()
                .setId(id)
                .setSessionPolicy(SessionPolicy.ONE_PER_USER)
                .addTokenKeys(TokenKey.newBuilder()
                        .setId("k1")
                        .setAlgorithm(TokenAlgorithm.HS256)
                        .setMaterial(ByteString.copyFrom(new byte[32]))
                        .setSigns(true))
                .setMaxBodyBytes(4096)
                .setDefaultTtlSeconds(3_600)
                .setMaxTtlSeconds(2_592_000)
                .setMaxMailboxMessages(1_000)
                .setMaxMailboxBytes(1 << 20)
                .build();
    }

    public static Credential.Builder credential(CredentialKind kind, String app, List<String> grants) {
        return Credential.newBuilder().setKind(kind).setApp(app).addAllGrants(grants);
    }

    /** Makes the credential known; returns its key. */
    public String keyOf(Credential.Builder credential) {
        ApiKey key = ApiKey.draw(RANDOM);
        saver.directory.put(
                credential.setId(key.id()).setSecretHash(key.secretHash()).build());
        return key.reveal();
    }

    public String operatorKey(String role) {
        return keyOf(credential(CredentialKind.OPERATOR_KEY, "", List.of(role)));
    }

    /** The user is bound in the room. */
    public void online(String user) {
        register.say(user, Whereabouts.newBuilder().addSessions(session(user)).build());
    }

    public static Session session(String user) {
        return Session.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setDevice("phone")
                .setMailbox("user")
                .setLocation(Location.newBuilder()
                        .setRoom(ROOM)
                        .setRoomIncarnation(1)
                        .setConnection(5)
                        .setBinding(1))
                .build();
    }

    public void drain() {
        center.drain(Duration.ZERO);
    }

    @Override
    public void close() {
        center.close();
        coordinator.close();
        room.close();
        register.close();
        saver.close();
    }

    private void join(String service, int port) {
        context.of(service).set(new Peer(service, service + "-1", "127.0.0.1", port, 1, ""));
    }
}
