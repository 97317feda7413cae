package io.hawser.standalone.up;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.standalone.up.KeptStore.Restarts;
import io.hawser.stores.DataDirectory;
import io.hawser.stores.StoreException;
import io.hawser.stores.StoreServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a store whose server dies. */
@Timeout(30)
final class KeptStoreTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Restarts THREE = new Restarts(3, Duration.ofMillis(1), Duration.ofHours(1));

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Progress progress = new Progress(new PrintStream(said, true, UTF_8));
    private final CompletableFuture<String> givenUp = new CompletableFuture<>();
    private final BlockingQueue<FakeServer> started = new LinkedBlockingQueue<>();
    private final Queue<AutoCloseable> open = new ConcurrentLinkedQueue<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void aDeadServerIsClearedAwayAndStartedAgain() throws Exception {
        var first = new FakeServer();
        keep(first, this::another, THREE);
        first.ended.complete(137);
        FakeServer second = next();
        assertThat(first.closed).isDone();
        await().atMost(SOON).until(() -> said.toString(UTF_8).contains("back"));
        assertThat(said.toString(UTF_8).lines())
                .containsExactly(
                        "hawser: redis ended with exit code 137; starting it again (1 of 3)",
                        "hawser: redis is back at nowhere:1");
        assertThat(second.closed).isNotDone();
        assertThat(givenUp).isNotDone();
    }

    @Test
    void aServerThatDiesAgainAndAgainIsGivenUp() throws Exception {
        var first = new FakeServer();
        keep(first, this::another, THREE);
        first.ended.complete(1);
        for (int start = 1; start <= 3; start++) {
            next().ended.complete(1);
        }
        assertThat(givenUp.get(10, TimeUnit.SECONDS))
                .isEqualTo("redis ended with exit code 1; given up after 3 starts");
        assertThat(started).isEmpty();
    }

    @Test
    void aServerThatWasCalmForAWhileHasAllItsStartsAgain() throws Exception {
        var server = new FakeServer();
        keep(server, this::another, new Restarts(1, Duration.ofMillis(1), Duration.ZERO));
        for (int death = 1; death <= 5; death++) {
            server.ended.complete(1);
            server = next();
        }
        assertThat(givenUp).isNotDone();
    }

    @Test
    void whyItDoesNotStartIsTold() throws Exception {
        var first = new FakeServer();
        StoreException refusal = refusal();
        keep(
                first,
                () -> {
                    throw refusal;
                },
                THREE);
        first.ended.complete(1);
        assertThat(givenUp.get(10, TimeUnit.SECONDS))
                .isEqualTo("redis did not start: " + refusal.getMessage() + "; given up after 3 starts");
    }

    @Test
    void closingDoesNotWaitForTheNextStart() {
        var first = new FakeServer();
        KeptStore<FakeServer> kept =
                keep(first, this::another, new Restarts(1, Duration.ofHours(1), Duration.ofHours(1)));
        first.ended.complete(137);
        await().atMost(SOON).until(() -> said.toString(UTF_8).contains("starting it again"));
        kept.close();
        assertThat(started).isEmpty();
        assertThat(givenUp).isNotDone();
    }

    @Test
    void closingStopsTheServerThatRunsAndStartsNoOther() {
        var first = new FakeServer();
        keep(first, this::another, THREE).close();
        assertThat(first.closed).isDone();
        assertThat(started).isEmpty();
        assertThat(said.toString(UTF_8)).isEmpty();
    }

    private KeptStore<FakeServer> keep(FakeServer server, Supplier<FakeServer> start, Restarts restarts) {
        KeptStore<FakeServer> kept = KeptStore.keep("redis", server, start, restarts, progress, givenUp::complete);
        open.add(kept);
        return kept;
    }

    private FakeServer another() {
        var server = new FakeServer();
        started.add(server);
        return server;
    }

    private FakeServer next() throws InterruptedException {
        FakeServer server = started.poll(10, TimeUnit.SECONDS);
        if (server == null) {
            throw new AssertionError("no other server was started: " + said.toString(UTF_8));
        }
        return server;
    }

    /** One of the real ones: only stores make them. */
    private static StoreException refusal() {
        var thrown = new CompletableFuture<StoreException>();
        assertThatThrownBy(() -> DataDirectory.hold(Path.of("/dev/null/data")))
                .isInstanceOfSatisfying(StoreException.class, thrown::complete);
        return thrown.join();
    }

    private static final class FakeServer implements StoreServer {
        private final CompletableFuture<Integer> ended = new CompletableFuture<>();
        private final CompletableFuture<Boolean> closed = new CompletableFuture<>();

        @Override
        public String address() {
            return "nowhere:1";
        }

        @Override
        public CompletableFuture<Integer> ended() {
            return ended;
        }

        @Override
        public void close() {
            closed.complete(true);
            ended.complete(0);
        }
    }
}
