package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.ForgetMailboxRequest;
import io.hawser.rpc.v1.ListMailboxesRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.MailboxInfo;
import io.hawser.rpc.v1.MailboxMessageStatus;
import io.hawser.rpc.v1.MessageState;
import io.hawser.rpc.v1.MessageStatusReply;
import io.hawser.rpc.v1.MessageStatusRequest;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.RecallRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.stores.EmbeddedRedis;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A saver as others see it: over a link, on a real Redis and a real MariaDB. */
final class SaverTest {
    private static final SaverHarness.HandMembership SAVERS = new SaverHarness.HandMembership();
    private static EmbeddedRedis redis;
    private static EmbeddedMariaDb mariaDb;
    private static SaverHarness.Instance saver;
    private static LinkClient client;

    @BeforeAll
    static void startEverything() throws Exception {
        redis = EmbeddedRedis.temporary();
        mariaDb = EmbeddedMariaDb.temporary();
        SaverConfig config = SaverHarness.config(redis.address(), mariaDb.jdbcUrl(), SaverHarness.quick());
        saver = new SaverHarness.Instance("saver-1", config, SAVERS, Clock.systemUTC());
        client = new LinkClient("test", "saver", SAVERS, LinkSettings.defaults(), new SimpleMeterRegistry());
        await().atMost(Duration.ofSeconds(20)).until(saver::ready);
    }

    @AfterAll
    static void stopEverything() {
        client.close();
        saver.stop();
        redis.close();
        mariaDb.close();
    }

    @Test
    void whatIsAppendedIsLoadedInOrderUntilItIsAcknowledged() {
        assertThat(open("alice", "user").getCreated()).isTrue();
        AppendReply first = append("alice", "one");
        AppendReply second = append("alice", "two");
        assertThat(second.getSeq()).isGreaterThan(first.getSeq());
        assertThat(second.getMailboxes(0).getPrev()).isEqualTo(first.getSeq());

        assertThat(texts(load("alice", "user", 0))).containsExactly("one", "two");
        assertThat(texts(load("alice", "user", first.getSeq()))).containsExactly("two");

        acknowledge("alice", "user", first.getSeq());
        assertThat(texts(load("alice", "user", 0))).containsExactly("two");
    }

    @Test
    void theFirstMailboxOfAUserStartsAtTheBeginningLaterOnesAtTheHead() {
        append("bob", "waited");
        assertThat(open("bob", "class:phone").getPosition()).isZero();
        assertThat(texts(load("bob", "class:phone", 0))).containsExactly("waited");
        OpenMailboxReply later = open("bob", "class:pc");
        assertThat(later.getPosition()).isEqualTo(later.getHead());
        assertThat(texts(load("bob", "class:pc", 0))).isEmpty();
    }

    @Test
    void aRepeatedRequestGetsTheFirstOnesAnswerAndAnotherBodyIsRefused() {
        AppendRequest request =
                request("carol", "once").setRequestId("key-1").setKeyed(true).build();
        AppendReply first = call("carol", SaverGrpc.getAppendMethod(), request);
        AppendReply again = call("carol", SaverGrpc.getAppendMethod(), request);
        assertThat(again.getRepeated()).isTrue();
        assertThat(again.getSeq()).isEqualTo(first.getSeq());

        AppendRequest other = request.toBuilder()
                .setBodyHash(ByteString.copyFromUtf8("another body    "))
                .build();
        assertThatThrownBy(() -> call("carol", SaverGrpc.getAppendMethod(), other))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IDEMPOTENCY_CONFLICT));
    }

    @Test
    void aRecalledMessageIsGoneAndSaysSo() {
        open("dave", "class:phone");
        long first = append("dave", "sent too early").getSeq();
        long second = append("dave", "meant").getSeq();
        RecallRequest recall = RecallRequest.newBuilder()
                .setApp("demo")
                .setUser("dave")
                .setSeq(first)
                .build();
        assertThat(call("dave", SaverGrpc.getRecallMethod(), recall).getRecalled())
                .isTrue();
        assertThat(call("dave", SaverGrpc.getRecallMethod(), recall).getRecalled())
                .as("a repeat, as of who did not get the answer")
                .isTrue();
        assertThat(texts(load("dave", "class:phone", 0))).containsExactly("meant");
        assertThat(status("dave", first).getState()).isEqualTo(MessageState.RECALLED);
        assertThat(status("dave", second).getState()).isEqualTo(MessageState.PENDING);
    }

    @Test
    void aCollapseKeyReplacesWhatNobodyHasReadYet() {
        open("erin", "class:phone");
        long old = collapsing("erin", "1 : 0").getSeq();
        AppendReply score = collapsing("erin", "2 : 0");
        assertThat(texts(load("erin", "class:phone", 0))).containsExactly("2 : 0");
        assertThat(status("erin", old).getState()).isEqualTo(MessageState.COLLAPSED);
        acknowledge("erin", "class:phone", score.getSeq());
        long third = collapsing("erin", "3 : 0").getSeq();
        assertThat(status("erin", score.getSeq()).getState()).isEqualTo(MessageState.ACKNOWLEDGED);
        assertThat(status("erin", third).getState()).isEqualTo(MessageState.PENDING);
    }

    @Test
    void aMessageForOneMailboxIsNotInTheOthersAndStatusIsByMailbox() {
        open("frank", "class:phone");
        open("frank", "class:pc");
        long all = append("frank", "for all").getSeq();
        AppendReply own = call(
                "frank",
                SaverGrpc.getAppendMethod(),
                request("frank", "for the pc").setMailbox("class:pc").build());
        assertThat(own.getMailboxesList()).singleElement().satisfies(chain -> {
            assertThat(chain.getMailbox()).isEqualTo("class:pc");
            assertThat(chain.getPrev()).isEqualTo(all);
        });
        assertThat(texts(load("frank", "class:phone", 0))).containsExactly("for all");
        assertThat(texts(load("frank", "class:pc", 0))).containsExactly("for all", "for the pc");

        acknowledge("frank", "class:phone", all);
        assertThat(status("frank", all).getMailboxesList())
                .extracting(MailboxMessageStatus::getMailbox, MailboxMessageStatus::getState)
                .containsExactlyInAnyOrder(
                        tuple("class:phone", MessageState.ACKNOWLEDGED), tuple("class:pc", MessageState.PENDING));
        assertThat(call("frank", SaverGrpc.getListMailboxesMethod(), list("frank"))
                        .getMailboxesList())
                .extracting(MailboxInfo::getMailbox, MailboxInfo::getPending)
                .containsExactlyInAnyOrder(tuple("class:phone", 0), tuple("class:pc", 2));
    }

    @Test
    void anAcknowledgementBeyondTheHeadCountsToTheHeadAndAPositionBeyondItIsReset() {
        open("grace", "user");
        long head = append("grace", "only").getSeq();
        assertThat(acknowledge("grace", "user", head + 1_000)).isEqualTo(head);
        assertThat(acknowledge("grace", "user", head - 1)).isEqualTo(head);
        OpenMailboxReply reply = call(
                "grace",
                SaverGrpc.getOpenMailboxMethod(),
                OpenMailboxRequest.newBuilder()
                        .setApp("demo")
                        .setUser("grace")
                        .setMailbox("user")
                        .setPosition(head + 5)
                        .build());
        assertThat(reply.getReset()).isTrue();
        assertThat(reply.getPosition()).isEqualTo(head);
    }

    @Test
    void aFullLogRefusesAndAForgottenMailboxHoldsNothingBack() {
        open("heidi", "class:phone");
        open("heidi", "class:pc");
        append("heidi", "first");
        AppendRequest second = request("heidi", "second").setMaxMessages(1).build();
        assertThatThrownBy(() -> call("heidi", SaverGrpc.getAppendMethod(), second))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MAILBOX_FULL));
        ForgetMailboxRequest forget = ForgetMailboxRequest.newBuilder()
                .setApp("demo")
                .setUser("heidi")
                .setMailbox("class:pc")
                .build();
        assertThat(call("heidi", SaverGrpc.getForgetMailboxMethod(), forget).getForgotten())
                .isTrue();
        acknowledge("heidi", "class:phone", Long.MAX_VALUE >> 11);
        assertThat(call("heidi", SaverGrpc.getAppendMethod(), second).getSeq()).isPositive();
    }

    @Test
    void aUserNeverSeenIsNotFoundWhereThatIsAsked() {
        AppendRequest request =
                request("nobody", "hello").setUserMustExist(true).build();
        assertThatThrownBy(() -> call("nobody", SaverGrpc.getAppendMethod(), request))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
    }

    private static AppendReply collapsing(String user, String text) {
        return call(
                user,
                SaverGrpc.getAppendMethod(),
                request(user, text).setCollapseKey("score").build());
    }

    private static MessageStatusReply status(String user, long seq) {
        return call(
                user,
                SaverGrpc.getMessageStatusMethod(),
                MessageStatusRequest.newBuilder()
                        .setApp("demo")
                        .setUser(user)
                        .setSeq(seq)
                        .build());
    }

    private static ListMailboxesRequest list(String user) {
        return ListMailboxesRequest.newBuilder().setApp("demo").setUser(user).build();
    }

    private static OpenMailboxReply open(String user, String mailbox) {
        return call(
                user,
                SaverGrpc.getOpenMailboxMethod(),
                OpenMailboxRequest.newBuilder()
                        .setApp("demo")
                        .setUser(user)
                        .setMailbox(mailbox)
                        .build());
    }

    private static AppendReply append(String user, String text) {
        return call(user, SaverGrpc.getAppendMethod(), request(user, text).build());
    }

    private static AppendRequest.Builder request(String user, String text) {
        return AppendRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setRequestId("r-" + text)
                .setBodyHash(ByteString.copyFromUtf8("hash of the body"))
                .setContent(ByteString.copyFromUtf8(text))
                .setExpiresMs(System.currentTimeMillis() + 3_600_000)
                .setMaxMessages(1000)
                .setMaxBytes(1 << 20);
    }

    private static LoadReply load(String user, String mailbox, long after) {
        return call(
                user,
                SaverGrpc.getLoadMethod(),
                LoadRequest.newBuilder()
                        .setApp("demo")
                        .setUser(user)
                        .setMailbox(mailbox)
                        .setAfter(after)
                        .build());
    }

    private static long acknowledge(String user, String mailbox, long seq) {
        return call(
                        user,
                        SaverGrpc.getAcknowledgeMethod(),
                        AcknowledgeRequest.newBuilder()
                                .setApp("demo")
                                .setUser(user)
                                .setMailbox(mailbox)
                                .setSeq(seq)
                                .build())
                .getAcknowledged();
    }

    private static List<String> texts(LoadReply reply) {
        return reply.getMessagesList().stream()
                .map(StoredMessage::getContent)
                .map(ByteString::toStringUtf8)
                .toList();
    }

    private static <Q extends MessageLite, R extends MessageLite> R call(
            String user, MethodDescriptor<Q, R> method, Q request) {
        try {
            return client.call(Route.slot(Slot.of("demo", user)), method, request, "demo", Duration.ofSeconds(5))
                    .join();
        } catch (CompletionException e) {
            throw (HawserException) e.getCause();
        }
    }
}
