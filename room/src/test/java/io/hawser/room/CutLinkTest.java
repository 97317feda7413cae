package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.client.Counters;
import io.hawser.client.PushClient;
import io.hawser.client.PushClientBuilder;
import io.hawser.rpc.v1.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The link under a Java client breaks, in each way that links do: the client goes on with the binding that it has, and so
 * neither its register nor its app's back end ever knows that it was away.
 */
final class CutLinkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int TIMES = 5;

    enum Over {
        TCP,
        TLS
    }

    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private final AtomicInteger tokensAsked = new AtomicInteger();
    private final List<String> sent = new ArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private TestPlatform platform;

    @SuppressWarnings("NullAway.Init")
    private Relay relay;

    @SuppressWarnings("NullAway.Init")
    private Counters counters;

    @SuppressWarnings("NullAway.Init")
    private Session session;

    /** A client is bound, over the relay. */
    private void bind(Over over, Duration heartbeat) {
        TestCertificates certificates = new TestCertificates(directory);
        certificates.install(certificates.issue("CN=room"));
        platform = opened(new TestPlatform(TestPlatform.with(
                RoomConfig.defaults(),
                TestCertificates.roomOfAllKinds(certificates.config()).gateway(),
                TestPlatform.withHeartbeat(heartbeat).connections())));
        relay = opened(new Relay(
                over == Over.TLS
                        ? platform.address("tls")
                        : platform.addresses().getFirst()));
        PushClientBuilder client = PushClient.builder()
                .rooms(List.of(relay.address()))
                .app("demo")
                .user("alice")
                .device("phone-1")
                .tokenSource(this::token)
                .listener(message -> received.add(message.text()))
                .backOff(Duration.ofMillis(20), Duration.ofMillis(100));
        if (over == Over.TLS) {
            client.tls(certificates.client().getSocketFactory(), "rooms.test");
        }
        counters = opened(start(client)).counters();
        session = platform.register.session("alice");
        awaitBinds(1);
    }

    private static PushClient start(PushClientBuilder client) {
        try {
            return client.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T extends AutoCloseable> T opened(T one) {
        opened.addFirst(one);
        return one;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    private String token() {
        tokensAsked.incrementAndGet();
        return Tokens.of("demo", "alice");
    }

    private void awaitBinds(long atLeast) {
        await().atMost(PATIENCE).until(() -> counters.binds() >= atLeast);
    }

    /** As a center does: the message is stored, and then pushed to where the register knows the user to be. */
    private void send(String text) {
        long seq = platform.saver.append("alice", text);
        var _ = platform.push("alice", seq - 1, seq, text);
        sent.add(text);
    }

    private void awaitAllReceived() {
        await().atMost(PATIENCE).until(() -> received.size() >= sent.size());
        await().atMost(PATIENCE).until(() -> platform.saver.acknowledged("alice") == sent.size());
        assertThat(received).containsExactlyElementsOf(sent);
    }

    /** One BIND, one ENTER, no LEAVE: of those the register makes ONLINE and OFFLINE. */
    private void assertThatNobodyNoticed() {
        assertThat(counters.binds() - counters.resumes()).isEqualTo(1);
        assertThat(tokensAsked).hasValue(1);
        assertThat(platform.context.count("hawser.room.binds")).isEqualTo(1);
        assertThat(platform.register.session("alice")).isEqualTo(session);
        assertThat(platform.register.left).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void overALinkThatIsCutAgainAndAgainAllMessagesComeOnce(Over over) {
        bind(over, Duration.ofSeconds(60));
        for (int time = 1; time <= TIMES; time++) {
            send("before cut " + time);
            relay.cut();
            send("after cut " + time);
            awaitBinds(1 + time);
        }
        awaitAllReceived();
        assertThat(counters.resumes()).isEqualTo(TIMES);
        assertThatNobodyNoticed();
    }

    @ParameterizedTest
    @EnumSource
    void aLinkThatIsDeadOnBothSidesIsFoundAndWhatComesLateByItDoesNoHarm(Over over) {
        bind(over, Duration.ofSeconds(1));
        send("by the first link");
        awaitAllReceived();
        relay.standStill();
        send("into the void");
        send("and more of it");
        awaitBinds(2);
        awaitAllReceived();
        relay.goOn();
        send("by the second link");
        awaitAllReceived();
        assertThat(counters.resumes()).isPositive();
        assertThatNobodyNoticed();
    }

    @ParameterizedTest
    @EnumSource
    void aLinkThatIsSlowIsTheSameLink(Over over) {
        bind(over, Duration.ofSeconds(60));
        relay.standStill();
        send("late");
        send("but in order");
        relay.goOn();
        awaitAllReceived();
        assertThat(counters.resumes()).isZero();
        assertThatNobodyNoticed();
    }
}
