package io.hawser.rpc.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.link.Caller;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.Credential;
import io.hawser.rpc.v1.ReadDirectoryReply;
import io.hawser.rpc.v1.ReadDirectoryRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The copy of a saver's directory, over a real link. */
final class AppDirectoryTest {
    private static final AppDirectorySettings POLLS_NEVER =
            new AppDirectorySettings(Duration.ofHours(1), Duration.ofMillis(1), Duration.ofSeconds(10), 1_000);
    private static final AppDirectorySettings POLLS_OFTEN =
            new AppDirectorySettings(Duration.ofMillis(10), Duration.ofMillis(1), Duration.ofSeconds(10), 1_000);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final SaverOfApps saver = new SaverOfApps();
    private final LinkServer server = LinkServer.builder(LinkServerSettings.defaults(), meters)
            .handle(SaverGrpc.getReadDirectoryMethod(), saver::read)
            .start("127.0.0.1", 0);
    private final LinkClient link =
            new LinkClient("test/test-1", "saver", new OneSaver(server.port()), LinkSettings.defaults(), meters);

    @AfterEach
    void close() {
        link.close();
        server.close();
    }

    @Test
    void allPagesAreReadBeforeItCountsAsLoaded() {
        saver.put(2_500);
        AppDirectorySettings large =
                new AppDirectorySettings(Duration.ofHours(1), Duration.ofMillis(1), Duration.ofSeconds(10), 10_000);
        try (AppDirectory directory = new AppDirectory(link, large, meters)) {
            await().until(directory::loaded);
            assertThat(directory.app("app-2499")).isNotNull();
            assertThat(directory.credential("key-0")).isNotNull();
            assertThat(directory.app("app-2500")).isNull();
        }
    }

    @Test
    void aChangeIsSeenByPolling() {
        try (AppDirectory directory = new AppDirectory(link, POLLS_OFTEN, meters)) {
            await().until(directory::loaded);
            saver.put(1);
            await().until(() -> directory.app("app-0") != null);
        }
    }

    @Test
    void aRefreshFetchesAtOnce() {
        try (AppDirectory directory = new AppDirectory(link, POLLS_NEVER, meters)) {
            await().until(directory::loaded);
            saver.put(1);
            assertThat(directory.refresh()).succeedsWithin(20, TimeUnit.SECONDS);
            assertThat(directory.app("app-0")).isNotNull();
        }
    }

    @Test
    void listenersHearOfAnAppOnceTheCopyHasIt() {
        try (AppDirectory directory = new AppDirectory(link, POLLS_NEVER, meters)) {
            await().until(directory::loaded);
            List<App> heard = new CopyOnWriteArrayList<>();
            directory.onAppChange(app -> {
                throw new IllegalStateException("a listener's fault is its own");
            });
            directory.onAppChange(app -> {
                throw new StackOverflowError("this one, too");
            });
            directory.onAppChange(app -> heard.add(directory.app(app.getId())));
            saver.put(1);
            assertThat(directory.refresh()).succeedsWithin(20, TimeUnit.SECONDS);
            assertThat(heard).extracting(App::getId).containsExactly("app-0");
        }
    }

    @Test
    void theLastCopyServesWhileTheSaverIsAway() {
        saver.put(1);
        try (AppDirectory directory = new AppDirectory(link, POLLS_NEVER, meters)) {
            await().until(directory::loaded);
            saver.away = true;
            assertThat(directory.refresh()).failsWithin(20, TimeUnit.SECONDS);
            assertThat(directory.app("app-0")).isNotNull();
            assertThat(directory.loaded()).isTrue();
            assertThat(meters.get("hawser.directory.failures").counter().count())
                    .isEqualTo(1);
            saver.away = false;
            assertThat(directory.refresh()).succeedsWithin(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void itIsNotLoadedBeforeASaverAnswers() {
        saver.away = true;
        try (AppDirectory directory = new AppDirectory(link, POLLS_OFTEN, meters)) {
            assertThat(directory.refresh()).failsWithin(20, TimeUnit.SECONDS);
            assertThat(directory.loaded()).isFalse();
            saver.away = false;
            await().until(directory::loaded);
        }
    }

    @Test
    void whatIsBeyondTheBoundIsLeftOutAndCounted() {
        saver.put(600);
        try (AppDirectory directory = new AppDirectory(link, POLLS_NEVER, meters)) {
            await().until(directory::loaded);
            assertThat(meters.get("hawser.directory.entries").gauge().value()).isEqualTo(1_000);
            assertThat(meters.get("hawser.directory.left.out").counter().count())
                    .isEqualTo(200);
        }
    }

    @Test
    void closingFailsTheRefreshesThatWait() {
        AppDirectory directory = new AppDirectory(link, POLLS_NEVER, meters);
        await().until(directory::loaded);
        saver.silent = true;
        List<CompletableFuture<Void>> refreshes = List.of(directory.refresh(), directory.refresh());
        directory.close();
        directory.close();
        assertThat(refreshes).allSatisfy(refresh -> assertThat(refresh).failsWithin(20, TimeUnit.SECONDS));
        assertThat(directory.refresh()).failsWithin(20, TimeUnit.SECONDS);
    }

    /** Apps and credentials in pairs; a page has 1,000 entries, as the contract says. */
    private static final class SaverOfApps {
        private static final int PAIRS_A_PAGE = 500;

        private volatile boolean away;
        private volatile boolean silent;
        private volatile int pairs;

        void put(int count) {
            pairs = count;
        }

        CompletableFuture<ReadDirectoryReply> read(ReadDirectoryRequest request, Caller by) {
            if (silent) {
                return new CompletableFuture<>();
            }
            if (away) {
                throw HawserException.refusal(ErrorCode.UNAVAILABLE, "saver: away");
            }
            return CompletableFuture.completedFuture(page((int) request.getSinceVersion()));
        }

        private ReadDirectoryReply page(int from) {
            int to = Math.min(pairs, from + PAIRS_A_PAGE);
            ReadDirectoryReply.Builder page =
                    ReadDirectoryReply.newBuilder().setVersion(to).setMore(to < pairs);
            for (int i = from; i < to; i++) {
                page.addApps(App.newBuilder().setId("app-" + i).setVersion(i + 1));
                page.addCredentials(Credential.newBuilder().setId("key-" + i).setVersion(i + 1));
            }
            return page.build();
        }
    }

    private record OneSaver(int port) implements Membership {
        @Override
        public View view() {
            return new View(1, List.of(new Peer("saver", "saver-1", "127.0.0.1", port, 1, "")));
        }

        @Override
        public AutoCloseable onChange(Consumer<View> listener) {
            listener.accept(view());
            return () -> {};
        }
    }
}
