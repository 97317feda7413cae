package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.ForgetMailboxRequest;
import io.hawser.rpc.v1.MailboxInfo;
import io.hawser.rpc.v1.MailboxMessageStatus;
import io.hawser.rpc.v1.MessageState;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.RecallRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.rpc.v1.SaverTotalsRequest;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.stores.EmbeddedRedis;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A saver as others see it: over a link, on a real Redis and a real MariaDB. */
final class SaverTest {
    private static final SaverHarness.HandMembership SAVERS = new SaverHarness.HandMembership();
    private static EmbeddedRedis redis;
    private static EmbeddedMariaDb mariaDb;
    private static SaverHarness.Instance saver;
    private static SaverCalls calls;

    @BeforeAll
    static void startEverything() throws Exception {
        redis = EmbeddedRedis.temporary();
        mariaDb = EmbeddedMariaDb.temporary();
        SaverConfig config = SaverHarness.config(redis.address(), mariaDb.jdbcUrl(), SaverHarness.quick());
        saver = new SaverHarness.Instance("saver-1", config, SAVERS, Clock.systemUTC());
        calls = new SaverCalls(SAVERS);
        await().atMost(Duration.ofSeconds(20)).until(saver::ready);
    }

    @AfterAll
    static void stopEverything() {
        calls.close();
        saver.stop();
        redis.close();
        mariaDb.close();
    }

    @Test
    void whatIsAppendedIsLoadedInOrderUntilItIsAcknowledged() {
        assertThat(calls.open("alice", "user").getCreated()).isTrue();
        AppendReply first = calls.append("alice", "one");
        AppendReply second = calls.append("alice", "two");
        assertThat(second.getSeq()).isGreaterThan(first.getSeq());
        assertThat(second.getMailboxes(0).getPrev()).isEqualTo(first.getSeq());

        assertThat(SaverCalls.texts(calls.load("alice", "user", 0))).containsExactly("one", "two");
        assertThat(SaverCalls.texts(calls.load("alice", "user", first.getSeq())))
                .containsExactly("two");

        calls.acknowledge("alice", "user", first.getSeq());
        assertThat(SaverCalls.texts(calls.load("alice", "user", 0))).containsExactly("two");
    }

    @Test
    void theTotalsCountMessagesThatWereAcknowledgedAndNotTheCalls() {
        calls.open("ann", "user");
        long last = 0;
        for (String text : List.of("one", "two", "three")) {
            last = calls.append("ann", text).getSeq();
        }
        long before = acknowledgedInAll();
        AcknowledgeRequest all = AcknowledgeRequest.newBuilder()
                .setApp("demo")
                .setUser("ann")
                .setMailbox("user")
                .setSeq(last)
                .setMessages(3)
                .build();
        calls.call("ann", SaverGrpc.getAcknowledgeMethod(), all);
        assertThat(acknowledgedInAll() - before).isEqualTo(3);
        calls.call("ann", SaverGrpc.getAcknowledgeMethod(), all);
        assertThat(acknowledgedInAll() - before).as("with a repeat").isEqualTo(3);
    }

    private static long acknowledgedInAll() {
        return calls.call("ann", SaverGrpc.getSaverTotalsMethod(), SaverTotalsRequest.getDefaultInstance())
                .getAcknowledged();
    }

    @Test
    void theFirstMailboxOfAUserStartsAtTheBeginningLaterOnesAtTheHead() {
        calls.append("bob", "waited");
        assertThat(calls.open("bob", "class:phone").getPosition()).isZero();
        assertThat(SaverCalls.texts(calls.load("bob", "class:phone", 0))).containsExactly("waited");
        OpenMailboxReply later = calls.open("bob", "class:pc");
        assertThat(later.getPosition()).isEqualTo(later.getHead());
        assertThat(SaverCalls.texts(calls.load("bob", "class:pc", 0))).isEmpty();
    }

    @Test
    void aRepeatedRequestGetsTheFirstOnesAnswerAndAnotherBodyIsRefused() {
        AppendRequest request = SaverCalls.request("carol", "once")
                .setRequestId("key-1")
                .setKeyed(true)
                .build();
        AppendReply first = calls.call("carol", SaverGrpc.getAppendMethod(), request);
        AppendReply again = calls.call("carol", SaverGrpc.getAppendMethod(), request);
        assertThat(again.getRepeated()).isTrue();
        assertThat(again.getSeq()).isEqualTo(first.getSeq());

        AppendRequest other = request.toBuilder()
                .setBodyHash(ByteString.copyFromUtf8("another body    "))
                .build();
        assertThatThrownBy(() -> calls.call("carol", SaverGrpc.getAppendMethod(), other))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IDEMPOTENCY_CONFLICT));
    }

    @Test
    void aRecalledMessageIsGoneAndSaysSo() {
        calls.open("dave", "class:phone");
        long first = calls.append("dave", "sent too early").getSeq();
        long second = calls.append("dave", "meant").getSeq();
        RecallRequest recall = RecallRequest.newBuilder()
                .setApp("demo")
                .setUser("dave")
                .setSeq(first)
                .build();
        assertThat(calls.call("dave", SaverGrpc.getRecallMethod(), recall).getRecalled())
                .isTrue();
        assertThat(calls.call("dave", SaverGrpc.getRecallMethod(), recall).getRecalled())
                .as("a repeat, as of who did not get the answer")
                .isTrue();
        assertThat(SaverCalls.texts(calls.load("dave", "class:phone", 0))).containsExactly("meant");
        assertThat(calls.status("dave", first).getState()).isEqualTo(MessageState.RECALLED);
        assertThat(calls.status("dave", second).getState()).isEqualTo(MessageState.PENDING);
    }

    @Test
    void aCollapseKeyReplacesWhatNobodyHasReadYet() {
        calls.open("erin", "class:phone");
        long old = calls.collapsing("erin", "1 : 0").getSeq();
        AppendReply score = calls.collapsing("erin", "2 : 0");
        assertThat(SaverCalls.texts(calls.load("erin", "class:phone", 0))).containsExactly("2 : 0");
        assertThat(calls.status("erin", old).getState()).isEqualTo(MessageState.COLLAPSED);
        calls.acknowledge("erin", "class:phone", score.getSeq());
        long third = calls.collapsing("erin", "3 : 0").getSeq();
        assertThat(calls.status("erin", score.getSeq()).getState()).isEqualTo(MessageState.ACKNOWLEDGED);
        assertThat(calls.status("erin", third).getState()).isEqualTo(MessageState.PENDING);
    }

    @Test
    void aMessageForOneMailboxIsNotInTheOthersAndStatusIsByMailbox() {
        calls.open("frank", "class:phone");
        calls.open("frank", "class:pc");
        long all = calls.append("frank", "for all").getSeq();
        AppendReply own = calls.call(
                "frank",
                SaverGrpc.getAppendMethod(),
                SaverCalls.request("frank", "for the pc").setMailbox("class:pc").build());
        assertThat(own.getMailboxesList()).singleElement().satisfies(chain -> {
            assertThat(chain.getMailbox()).isEqualTo("class:pc");
            assertThat(chain.getPrev()).isEqualTo(all);
        });
        assertThat(SaverCalls.texts(calls.load("frank", "class:phone", 0))).containsExactly("for all");
        assertThat(SaverCalls.texts(calls.load("frank", "class:pc", 0))).containsExactly("for all", "for the pc");

        calls.acknowledge("frank", "class:phone", all);
        assertThat(calls.status("frank", all).getMailboxesList())
                .extracting(MailboxMessageStatus::getMailbox, MailboxMessageStatus::getState)
                .containsExactlyInAnyOrder(
                        tuple("class:phone", MessageState.ACKNOWLEDGED), tuple("class:pc", MessageState.PENDING));
        assertThat(calls.call("frank", SaverGrpc.getListMailboxesMethod(), SaverCalls.list("frank"))
                        .getMailboxesList())
                .extracting(MailboxInfo::getMailbox, MailboxInfo::getPending)
                .containsExactlyInAnyOrder(tuple("class:phone", 0), tuple("class:pc", 2));
    }

    @Test
    void anAcknowledgementBeyondTheHeadCountsToTheHeadAndAPositionBeyondItIsReset() {
        calls.open("grace", "user");
        long head = calls.append("grace", "only").getSeq();
        assertThat(calls.acknowledge("grace", "user", head + 1_000)).isEqualTo(head);
        assertThat(calls.acknowledge("grace", "user", head - 1)).isEqualTo(head);
        OpenMailboxReply reply = calls.call(
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
        calls.open("heidi", "class:phone");
        calls.open("heidi", "class:pc");
        calls.append("heidi", "first");
        AppendRequest second =
                SaverCalls.request("heidi", "second").setMaxMessages(1).build();
        assertThatThrownBy(() -> calls.call("heidi", SaverGrpc.getAppendMethod(), second))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MAILBOX_FULL));
        ForgetMailboxRequest forget = ForgetMailboxRequest.newBuilder()
                .setApp("demo")
                .setUser("heidi")
                .setMailbox("class:pc")
                .build();
        assertThat(calls.call("heidi", SaverGrpc.getForgetMailboxMethod(), forget)
                        .getForgotten())
                .isTrue();
        calls.acknowledge("heidi", "class:phone", Long.MAX_VALUE >> 11);
        assertThat(calls.call("heidi", SaverGrpc.getAppendMethod(), second).getSeq())
                .isPositive();
    }

    @Test
    void aUserNeverSeenIsNotFoundWhereThatIsAsked() {
        AppendRequest request =
                SaverCalls.request("nobody", "hello").setUserMustExist(true).build();
        assertThatThrownBy(() -> calls.call("nobody", SaverGrpc.getAppendMethod(), request))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
    }
}
