package io.hawser.center.platform;

import io.hawser.center.Center;
import io.hawser.center.CenterConfig;
import io.hawser.keeper.Advertisement;
import io.hawser.keeper.HostSettings;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceHost;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.rpc.directory.ApiKey;
import io.hawser.rpc.v1.CredentialKind;
import io.hawser.rpc.v1.Whereabouts;
import io.hawser.stores.EmbeddedZooKeeper;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.awaitility.Awaitility;

/** A center that a real ZooKeeper configures, in front of one saver, one register and one room; the app "demo". */
public final class CenterOnZooKeeper implements AutoCloseable {
    public final FakeSaver saver = new FakeSaver();
    public final FakeRegister register = new FakeRegister();
    public final FakeRoom room = new FakeRoom();
    private final EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.temporary();
    private final Deque<ServiceHost<?>> hosts = new ArrayDeque<>();
    private final CuratorFramework operator =
            CuratorFrameworkFactory.newClient(zooKeeper.connectString(), new RetryOneTime(100));
    private final ServiceContext<Nothing> rooms;
    private final ServiceHost<CenterConfig> center;

    private CenterOnZooKeeper(String yaml) {
        operator.start();
        write(yaml);
        saver.directory.put(Platform.app("demo"));
        advertise("saver", saver.port());
        advertise("register", register.port());
        rooms = advertise("room", room.port());
        center = ServiceHost.start(settings("center"), CenterConfig.class, Center::start);
        hosts.push(center);
        Awaitility.await().until(() -> !rooms.registrations("center").isEmpty());
    }

    /** A service that has nothing to configure. */
    record Nothing() {
        static Nothing defaults() {
            return new Nothing();
        }
    }

    /** Starts with this configuration of centers in ZooKeeper. */
    public static CenterOnZooKeeper start(String yaml) {
        return new CenterOnZooKeeper(yaml);
    }

    /** As the demo app's back end, once the center has read the directory. */
    public Api api() {
        ApiKey key = ApiKey.draw(new SecureRandom());
        saver.directory.put(Platform.credential(CredentialKind.APP_KEY, "demo", Platform.ALL_SCOPES)
                .setId(key.id())
                .setSecretHash(key.secretHash())
                .build());
        String url = rooms.registrations("center").getFirst().attributes().get(Center.API_ATTRIBUTE);
        Api api = new Api(String.valueOf(url), key.reveal());
        Awaitility.await().until(() -> api.get("/v1/apps/demo/users/nobody").status() == 200);
        return api;
    }

    /** Writes another configuration; the center has it when this returns. */
    public void configure(String yaml) {
        double applied = revisions();
        write(yaml);
        Awaitility.await().until(() -> revisions() > applied);
    }

    public double keysThatNeedARestart() {
        return center.meters().get("hawser.config.needs.restart").gauge().value();
    }

    /** The user is bound in the room. */
    public void online(String user) {
        register.say(
                user,
                Whereabouts.newBuilder().addSessions(Platform.session(user)).build());
    }

    @Override
    public void close() {
        while (!hosts.isEmpty()) {
            hosts.pop().close();
        }
        operator.close();
        zooKeeper.close();
        room.close();
        register.close();
        saver.close();
    }

    private double revisions() {
        return center.meters()
                .counter("hawser.config.revisions", "outcome", "applied")
                .count();
    }

    private void write(String yaml) {
        try {
            operator.create()
                    .orSetData()
                    .creatingParentsIfNeeded()
                    .forPath(ZooKeeperPaths.config("center"), yaml.getBytes(StandardCharsets.UTF_8));
        } catch (Exception e) {
            throw new AssertionError("ZooKeeper did not take the configuration", e);
        }
    }

    private ServiceContext<Nothing> advertise(String service, int port) {
        CompletableFuture<ServiceContext<Nothing>> started = new CompletableFuture<>();
        hosts.push(ServiceHost.start(settings(service), Nothing.class, context -> {
            context.advertise(Advertisement.of("127.0.0.1", port, ""));
            started.complete(context);
            return new Idle();
        }));
        return started.join();
    }

    private HostSettings settings(String service) {
        return HostSettings.of(service, zooKeeper.connectString())
                .withName(service + "-1")
                .withDrainTimeout(Duration.ofMillis(100));
    }

    private static final class Idle implements Service {
        @Override
        public void drain(Duration atMost) {}

        @Override
        public void close() {}
    }
}
