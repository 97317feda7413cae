package io.hawser.saver;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Orders of events that a saver is right in, however seldom they come about, as the model has to know. */
final class LogModelTest {
    private static final String PHONE = "class:phone";
    private static final String PC = "class:pc";
    private static final SteppedClock CLOCK = new SteppedClock();
    private static LogCluster cluster;

    @BeforeAll
    static void startStores() {
        cluster = LogCluster.serving(CLOCK);
    }

    @AfterAll
    static void stopStores() {
        cluster.close();
    }

    @Test
    void whatANewerMessageFoundSettledMayReturn() {
        ModelledLog log = log("settled");
        log.open(PHONE);
        SentMessage older = message("older", "key", 0);
        log.append(older).join().run();
        log.readOn(PHONE, 20);
        log.acknowledge(PHONE, older.seq);
        Runnable answered = log.append(message("newer", "key", 0)).join();
        cluster.flushRedis();
        cluster.crashNode("saver-1");
        log.model.mayForgetAcknowledgements();
        cluster.startNode("saver-1");
        answered.run();
        cluster.awaitOwners();
        log.readAll(PHONE, 20);
        log.status(older);
    }

    @Test
    void anOlderMessageThatWaitsForRoomCollapsesANewerOne() {
        ModelledLog log = log("room");
        log.open(PHONE);
        log.open(PC);
        log.append(message("expires", "", 0)).join().run();
        log.append(message("expires too", "", 0)).join().run();
        CLOCK.advance(Duration.ofHours(2));
        List<CompletableFuture<Runnable>> answers = List.of(
                log.append(message("older", "key", 2)),
                log.append(message("newer", "key", 0)),
                log.append(message("another", "", 0)));
        log.readOn(PC, 20);
        log.readOn(PHONE, 1);
        answers.forEach(answer -> answer.join().run());
    }

    @Test
    void aMailboxThatNobodyOpenedKeepsMessages() {
        ModelledLog log = log("unopened");
        log.open(PHONE);
        SentMessage toPc = new SentMessage("to pc", "r to pc", true, PC, "", CLOCK.millis() + 3_600_000, 0, false);
        log.append(toPc).join().run();
        SentMessage toAll = message("to all", "", 0);
        log.append(toAll).join().run();
        log.readOn(PHONE, 20);
        log.acknowledge(PHONE, toAll.seq);
        log.append(message("too many", "", 1)).join().run();
    }

    private static ModelledLog log(String user) {
        return new ModelledLog(cluster, CLOCK, user, new History());
    }

    private static SentMessage message(String text, String key, int maxMessages) {
        return new SentMessage(text, "r " + text, true, "", key, CLOCK.millis() + 3_600_000, maxMessages, false);
    }
}
