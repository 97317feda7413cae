package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.CountFruitlessReply;
import io.hawser.rpc.v1.CountFruitlessRequest;
import io.hawser.rpc.v1.DropMailboxDeadLettersRequest;
import io.hawser.rpc.v1.EraseUserRequest;
import io.hawser.rpc.v1.ForgetMailboxRequest;
import io.hawser.rpc.v1.HeldMailbox;
import io.hawser.rpc.v1.ListHeldMailboxesRequest;
import io.hawser.rpc.v1.ListMailboxDeadLettersRequest;
import io.hawser.rpc.v1.MailboxDeadLetter;
import io.hawser.rpc.v1.MailboxMessageStatus;
import io.hawser.rpc.v1.MessageState;
import io.hawser.rpc.v1.MessageStatusReply;
import io.hawser.rpc.v1.ReadMailboxDeadLettersRequest;
import io.hawser.rpc.v1.RecallRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.stores.EmbeddedRedis;
import io.hawser.wire.v1.Content;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Mailboxes that are taken past what their client never acknowledges, on a real Redis and a real MariaDB. */
final class MailboxSkipTest {
    private static final String USER = "user";
    private static final int FREE = SaverConfig.defaults().holds().free();

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
    void afterItsHoldsAMailboxIsTakenPastWhatItsClientWasGiven() {
        calls.open("alice", USER);
        List<Long> seqs = append("alice", 5);
        CountFruitlessReply held = count("alice", USER, seqs.get(2), 1, FREE);
        assertThat(held.getSkippedTo()).isZero();
        assertThat(held.getHeldMs()).isPositive();
        assertThat(loaded("alice", USER)).hasSize(5);

        CountFruitlessReply skipped = count("alice", USER, seqs.get(2), 1, 1);
        assertThat(skipped.getSkippedTo()).isEqualTo(seqs.get(2));
        assertThat(skipped.getHeldMs()).isZero();
        assertThat(loaded("alice", USER)).containsExactly("body 3", "body 4");
        assertThat(calls.open("alice", USER).getFruitless()).as("begins anew").isZero();

        List<MailboxDeadLetter> letters = list("alice");
        assertThat(letters)
                .extracting(MailboxDeadLetter::getSeq)
                .containsExactlyElementsOf(seqs.subList(0, 3).reversed());
        assertThat(letters).extracting(MailboxDeadLetter::getFruitless).containsOnly(FREE + 1);
        assertThat(letters).extracting(MailboxDeadLetter::getBodyBytes).containsOnly("body 0".length());
        assertThat(letters).extracting(letter -> content(letter).getBody()).containsOnly(ByteString.EMPTY);
        assertThat(content(letters.getLast()).getId()).isEqualTo("alice-0");
    }

    @Test
    void whatWasSkippedIsDeadForThatMailboxAndGoesOnToTheOthers() {
        calls.open("bob", "class:phone");
        calls.open("bob", "class:pc");
        List<Long> seqs = append("bob", 2);
        count("bob", "class:phone", seqs.get(1), 1, FREE + 1);
        assertThat(loaded("bob", "class:phone")).isEmpty();
        assertThat(loaded("bob", "class:pc")).hasSize(2);

        MessageStatusReply half = calls.status("bob", seqs.get(0));
        assertThat(half.getState()).isEqualTo(MessageState.PENDING);
        assertThat(half.getMailboxesList())
                .extracting(MailboxMessageStatus::getMailbox, MailboxMessageStatus::getState)
                .containsExactlyInAnyOrder(
                        tuple("class:phone", MessageState.DEAD), tuple("class:pc", MessageState.PENDING));

        calls.acknowledge("bob", "class:pc", seqs.get(1));
        assertThat(calls.status("bob", seqs.get(0)).getState()).isEqualTo(MessageState.DEAD);
    }

    @Test
    void anAppThatDoesNotWantItSkipsNothing() {
        calls.open("carol", USER);
        List<Long> seqs = append("carol", 2);
        CountFruitlessReply held = count("carol", USER, seqs.get(1), 0, FREE + 5);
        assertThat(held.getFruitless()).isEqualTo(FREE + 5);
        assertThat(held.getSkippedTo()).isZero();
        assertThat(loaded("carol", USER)).hasSize(2);
        assertThat(list("carol")).isEmpty();
    }

    @Test
    void lettersAreReadWholeOldestFirstAndDroppedByIdOrByUser() {
        calls.open("dave", USER);
        List<Long> seqs = append("dave", 3);
        count("dave", USER, seqs.get(2), 1, FREE + 1);
        List<MailboxDeadLetter> whole = read("dave");
        assertThat(whole).extracting(MailboxDeadLetter::getSeq).containsExactlyElementsOf(seqs);
        assertThat(whole)
                .extracting(letter -> content(letter).getBody().toStringUtf8())
                .containsExactly("body 0", "body 1", "body 2");

        assertThat(drop(DropMailboxDeadLettersRequest.newBuilder()
                        .addIds(whole.get(1).getId())))
                .isEqualTo(1);
        assertThat(read("dave")).extracting(MailboxDeadLetter::getSeq).containsExactly(seqs.get(0), seqs.get(2));
        assertThat(drop(DropMailboxDeadLettersRequest.newBuilder().setUser("dave")))
                .isEqualTo(2);
        assertThat(drop(DropMailboxDeadLettersRequest.newBuilder().setUser("dave")))
                .as("again")
                .isZero();
    }

    @Test
    void whatIsTakenBackIsALetterNoMore() {
        calls.open("frank", USER);
        List<Long> seqs = append("frank", 2);
        count("frank", USER, seqs.get(1), 1, FREE + 1);
        assertThat(recall("frank", seqs.get(0))).as("a letter was left").isTrue();
        assertThat(list("frank")).extracting(MailboxDeadLetter::getSeq).containsExactly(seqs.get(1));
        assertThat(recall("frank", seqs.get(0))).as("again").isFalse();
    }

    @Test
    void anErasedUserLeavesNoLetters() {
        calls.open("erin", USER);
        count("erin", USER, append("erin", 2).getLast(), 1, FREE + 1);
        assertThat(list("erin")).hasSize(2);
        calls.call(
                "erin",
                SaverGrpc.getEraseUserMethod(),
                EraseUserRequest.newBuilder().setApp("demo").setUser("erin").build());
        assertThat(list("erin")).isEmpty();
    }

    @Test
    void aMailboxThatIsForgottenLeavesNoHold() {
        calls.open("frank", USER);
        count("frank", USER, append("frank", 1).getLast(), 0, FREE);
        assertThat(held()).contains("frank");
        calls.call(
                "frank",
                SaverGrpc.getForgetMailboxMethod(),
                ForgetMailboxRequest.newBuilder()
                        .setApp("demo")
                        .setUser("frank")
                        .setMailbox(USER)
                        .build());
        await().until(() -> !held().contains("frank"));
    }

    private static List<String> held() {
        return calls
                .call(
                        "frank",
                        SaverGrpc.getListHeldMailboxesMethod(),
                        ListHeldMailboxesRequest.newBuilder().setApp("demo").build())
                .getMailboxesList()
                .stream()
                .map(HeldMailbox::getUser)
                .toList();
    }

    private static List<Long> append(String user, int messages) {
        List<Long> seqs = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            Content content = Content.newBuilder()
                    .setId(user + "-" + i)
                    .setBody(ByteString.copyFromUtf8("body " + i))
                    .build();
            AppendRequest append = SaverCalls.request(user, content.getId())
                    .setContent(content.toByteString())
                    .build();
            seqs.add(calls.call(user, SaverGrpc.getAppendMethod(), append).getSeq());
        }
        return seqs;
    }

    /** So many connections in a row were given all up to a message in vain. */
    private static CountFruitlessReply count(String user, String mailbox, long given, int skipAfter, int times) {
        CountFruitlessReply last = CountFruitlessReply.getDefaultInstance();
        for (int i = 0; i < times; i++) {
            last = calls.call(
                    user,
                    SaverGrpc.getCountFruitlessMethod(),
                    CountFruitlessRequest.newBuilder()
                            .setApp("demo")
                            .setUser(user)
                            .setMailbox(mailbox)
                            .setGiven(given)
                            .setSkipAfterHolds(skipAfter)
                            .build());
        }
        return last;
    }

    private static List<String> loaded(String user, String mailbox) {
        return calls.load(user, mailbox, 0).getMessagesList().stream()
                .map(message -> content(message.getContent()).getBody().toStringUtf8())
                .toList();
    }

    private static List<MailboxDeadLetter> list(String user) {
        return calls.call(
                        user,
                        SaverGrpc.getListMailboxDeadLettersMethod(),
                        ListMailboxDeadLettersRequest.newBuilder()
                                .setApp("demo")
                                .setUser(user)
                                .build())
                .getLettersList();
    }

    private static List<MailboxDeadLetter> read(String user) {
        return calls.call(
                        user,
                        SaverGrpc.getReadMailboxDeadLettersMethod(),
                        ReadMailboxDeadLettersRequest.newBuilder()
                                .setApp("demo")
                                .setUser(user)
                                .build())
                .getLettersList();
    }

    private static int drop(DropMailboxDeadLettersRequest.Builder meant) {
        return calls.call(
                        "dave",
                        SaverGrpc.getDropMailboxDeadLettersMethod(),
                        meant.setApp("demo").build())
                .getLetters();
    }

    private static boolean recall(String user, long seq) {
        return calls.call(
                        user,
                        SaverGrpc.getRecallMethod(),
                        RecallRequest.newBuilder()
                                .setApp("demo")
                                .setUser(user)
                                .setSeq(seq)
                                .build())
                .getRecalled();
    }

    private static Content content(MailboxDeadLetter letter) {
        return content(letter.getContent());
    }

    private static Content content(ByteString bytes) {
        try {
            return Content.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
