package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.center.broadcast.BroadcastSettings;
import io.hawser.center.link.RepeatSettings;
import io.hawser.center.platform.Api.Answer;
import io.hawser.center.platform.Platform;
import io.hawser.rpc.v1.Whereabouts;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.LoggerFactory;

/** What callers are told, and what the log, when a service behind the center does not serve. Each test has a user of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutageTest {
    private static final String POOL = "MySQL: saver - Connection is not available, (total=0, active=0, waiting=2)";
    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

    private static final Logger DRIVER = (Logger) LoggerFactory.getLogger("io.hawser.center.broadcast.SliceDriver");

    private final Platform platform = Platform.start(impatient());
    private final Lines log = new Lines();

    @BeforeAll
    void listenToTheLog() {
        log.start();
        ROOT.addAppender(log);
        DRIVER.setLevel(Level.INFO);
    }

    @AfterAll
    void stopThePlatform() {
        ROOT.detachAppender(log);
        DRIVER.setLevel(null);
        platform.close();
    }

    @Test
    void aSaverThatDoesNotAnswerIsATimeoutWithoutItsAddress() {
        platform.saver.silence("alice");
        Answer answer = send("alice");
        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.code()).isEqualTo("DEADLINE_EXCEEDED");
        assertThat(answer.detail()).isEqualTo("saver: no answer in time");
        log.awaitLineOf(answer, "hawser.rpc.v1.Saver/Append");
    }

    @Test
    void whatASaverSaysOfItsStoresIsForTheLog() {
        refuse("bob", ErrorCode.UNAVAILABLE, POOL);
        Answer answer = send("bob");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.detail()).isEqualTo("saver: cannot serve this now");
        log.awaitLineOf(answer, POOL);
    }

    @Test
    void thatAnotherSaverOwnsTheUserIsNoBusinessOfTheCallers() {
        refuse("carol", ErrorCode.NOT_OWNER, "slot 7: owned by another saver");
        Answer answer = send("carol");
        assertThat(answer.code()).isEqualTo("UNAVAILABLE");
        assertThat(answer.detail()).isEqualTo("saver: cannot serve this now");
    }

    @Test
    void aBatchTellsNoMoreOfEachUser() {
        refuse("dave", ErrorCode.UNAVAILABLE, POOL);
        Answer answer = platform.api.post(
                "/v1/apps/demo/messages:batchSend", "{\"users\": [\"dave\", \"bobby\"], \"text\": \"hi\"}");
        JsonNode error = answer.json().path("results").path(0).path("error");
        assertThat(error.path("code").asText()).isEqualTo("UNAVAILABLE");
        assertThat(error.path("detail").asText()).isEqualTo("saver: cannot serve this now");
        log.awaitLineOf(answer, "1 of 2 users");
        log.awaitLineOf(answer, POOL);
    }

    @Test
    void aBoundOfTheUsersIsToldAsItIs() {
        String bound = "mailboxes of user erin: as many as there may be";
        refuse("erin", ErrorCode.RESOURCE_EXHAUSTED, bound);
        assertThat(send("erin").detail()).isEqualTo(bound);
    }

    @Test
    void aFullQueueIsToldWithoutTheSaversName() {
        refuse("frank", ErrorCode.RESOURCE_EXHAUSTED, "saver-1#119 at 127.0.0.1:34675: too many calls pending");
        Answer answer = send("frank");
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.detail()).isEqualTo("saver: too much waits for it");
    }

    @Test
    void aRegisterThatDoesNotServeIsToldAsOne() {
        platform.register.say("gina", Whereabouts.newBuilder().setNotOwner(true).build());
        Answer answer = platform.api.get("/v1/apps/demo/users/gina");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.detail()).isEqualTo("register: cannot serve this now");
    }

    @Test
    void thatNoSlicesAreLeasedIsToldOnceAndThatTheyAreAgainToo() {
        platform.saver.broadcasts.refuseLeases(HawserException.refusal(ErrorCode.UNAVAILABLE, POOL));
        log.await("no slice could be leased for PT0.2S", POOL);
        int asked = platform.saver.broadcasts.leases.size();
        await().until(() -> platform.saver.broadcasts.leases.size() >= asked + 3);
        assertThat(log.with("no slice could be leased")).hasSize(1);
        platform.saver.broadcasts.refuseLeases(null);
        log.await("slices are leased again");
        assertThat(log.with("slices are leased again")).hasSize(1);
    }

    private Answer send(String user) {
        return platform.api.send("{\"target\": {\"user\": \"" + user + "\"}, \"text\": \"hi\"}");
    }

    private void refuse(String user, ErrorCode code, String detail) {
        HawserException refusal = HawserException.refusal(code, detail);
        platform.saver.refuseNext(user, Collections.nCopies(1_000, refusal).toArray(HawserException[]::new));
    }

    /** One that gives savers and registers half a second, and leases a fifth. */
    private static CenterConfig impatient() {
        CenterConfig defaults = CenterConfig.defaults();
        BroadcastSettings usual = defaults.broadcasts();
        return new CenterConfig(
                defaults.zone(),
                defaults.link(),
                defaults.admin(),
                defaults.links(),
                defaults.api(),
                defaults.limits(),
                defaults.directory(),
                new RepeatSettings(
                        Duration.ofMillis(500),
                        Duration.ofMillis(200),
                        Duration.ofMillis(10),
                        Duration.ofMillis(50),
                        10),
                defaults.lookups(),
                defaults.pushes(),
                new BroadcastSettings(
                        usual.smallApp(),
                        usual.membersPerSecond(),
                        Duration.ofMillis(50),
                        Duration.ofMillis(200),
                        usual.grant(),
                        usual.maxSlices(),
                        usual.maxAppends(),
                        usual.sessionsAge(),
                        usual.maxWaiters(),
                        usual.waitPoll()));
    }

    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            IThrowableProxy cause = event.getThrowableProxy();
            lines.add(event.getFormattedMessage() + (cause == null ? "" : ThrowableProxyUtil.asString(cause)));
        }

        void await(String... parts) {
            Awaitility.await()
                    .until(() ->
                            lines.stream().anyMatch(line -> Stream.of(parts).allMatch(line::contains)));
        }

        List<String> with(String text) {
            return lines.stream().filter(line -> line.contains(text)).toList();
        }

        void awaitLineOf(Answer answer, String text) {
            String id = answer.header("x-request-id");
            await(id, text);
        }
    }
}
