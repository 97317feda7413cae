package io.hawser.standalone.up;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.keeper.ExitCode;
import io.hawser.keeper.HostSettings;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceHost;
import io.hawser.keeper.StartException;
import io.hawser.keeper.config.AdminListen;
import io.hawser.stores.EmbeddedZooKeeper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** What becomes of a service of {@code up} that an operator drains. */
@Timeout(60)
final class KeptServiceTest {
    private static EmbeddedZooKeeper zooKeeper;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Progress progress = new Progress(new PrintStream(said, true, UTF_8));
    private final CompletableFuture<String> failed = new CompletableFuture<>();
    private final BlockingQueue<ServiceHost<Hut>> started = new LinkedBlockingQueue<>();
    private volatile boolean starts = true;

    /** The configuration of a service that does nothing. */
    record Hut(AdminListen admin) {
        static Hut defaults() {
            return new Hut(AdminListen.defaults());
        }
    }

    @BeforeAll
    static void startZooKeeper() {
        zooKeeper = EmbeddedZooKeeper.temporary();
    }

    @AfterAll
    static void stopZooKeeper() {
        zooKeeper.close();
    }

    @Test
    void itIsStartedAgainUnderItsNameAsANewIncarnationEachTime(TestInfo test) throws Exception {
        try (KeptService kept = keep(test)) {
            ServiceHost<Hut> first = next();
            first.close();
            ServiceHost<Hut> second = next();
            second.close();
            ServiceHost<Hut> third = next();

            await().until(() -> said.toString(UTF_8).lines().count() == 4);
            assertThat(said.toString(UTF_8).lines())
                    .first()
                    .isEqualTo(
                            "hawser: hut-1 was drained by an operator; starting it again, as there is no other here");
            assertThat(said.toString(UTF_8).lines()).last().isEqualTo("hawser: hut-1 is back");
            assertThat(third.incarnation()).isGreaterThan(second.incarnation());
            assertThat(kept.name()).isEqualTo(first.name());
        }
        assertThat(failed).isNotDone();
    }

    @Test
    void whatUpItselfStopsStaysDown(TestInfo test) throws Exception {
        KeptService kept = keep(test);
        ServiceHost<Hut> only = next();

        kept.close();

        assertThat(only.stopped()).isDone();
        assertThat(started).isEmpty();
        assertThat(said.size()).isZero();
    }

    @Test
    void whereItCannotBeStartedAgainThatIsToldInOneLine(TestInfo test) throws Exception {
        try (KeptService _ = keep(test)) {
            ServiceHost<Hut> first = next();
            starts = false;

            first.close();

            assertThat(failed.get(20, TimeUnit.SECONDS)).isEqualTo("hut-1 did not start again: port 1: taken");
        }
    }

    private KeptService keep(TestInfo test) {
        String service = "hut" + test.getTestMethod().orElseThrow().getName().length();
        HostSettings settings = HostSettings.of(service, zooKeeper.connectString())
                .withName("hut-1")
                .withDrainTimeout(Duration.ofSeconds(1));
        return KeptService.start(() -> start(settings), Thread::startVirtualThread, progress, failed::complete);
    }

    private ServiceHost<Hut> start(HostSettings settings) {
        ServiceHost<Hut> host = ServiceHost.start(settings, Hut.class, this::serve);
        started.add(host);
        return host;
    }

    private Service serve(ServiceContext<Hut> context) {
        if (!starts) {
            throw new StartException(ExitCode.ADDRESS_IN_USE, "port 1: taken", null);
        }
        return new Service() {
            @Override
            public void drain(Duration atMost) {}

            @Override
            public void close() {}
        };
    }

    private ServiceHost<Hut> next() throws InterruptedException {
        ServiceHost<Hut> host = started.poll(20, TimeUnit.SECONDS);
        assertThat(host).isNotNull();
        return host;
    }
}
