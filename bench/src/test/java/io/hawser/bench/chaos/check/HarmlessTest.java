package io.hawser.bench.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HarmlessTest {
    @Test
    void sendsDependOnMySqlOnACenterAndOnTheSaverOfTheSlot() {
        assertThat(FaultNames.all())
                .filteredOn(name -> !Harmless.toSenders(name))
                .containsOnly(
                        "center-killed",
                        "center-paused",
                        "center-restarted",
                        "center-stalled",
                        "everything-power-lost",
                        "mysql-away",
                        "mysql-disk-full",
                        "mysql-down",
                        "mysql-killed",
                        "mysql-paused",
                        "mysql-power-lost",
                        "mysql-to-saver-cut",
                        "rolling-restart",
                        "saver-disk-full",
                        "saver-killed",
                        "saver-link-cut",
                        "saver-link-deaf",
                        "saver-link-mute",
                        "saver-mysql-cut",
                        "saver-paused",
                        "saver-power-lost",
                        "saver-restarted",
                        "saver-stalled",
                        "saver-to-mysql-cut",
                        "saver-to-zookeeper-cut",
                        "saver-zookeeper-cut",
                        "spooling-saver-killed",
                        "store-links-reset",
                        "store-links-slow",
                        "zookeeper-to-saver-cut");
    }

    @Test
    void whatNoSendDependsOnRefusesNone() {
        Story refused = new Story()
                .struck("redis-down")
                .sent(Story.ALICE, "one")
                .secondsPass(11)
                .unknown("one")
                .healed();
        Broken.assertBroken(
                refused, Violation.Kind.UNAVAILABLE, "one", "11.0 s", "nothing was broken that it depends on");
    }

    @Test
    void aPauseIsNone() {
        Story waited = new Story()
                .struck("redis-down")
                .secondsPass(5)
                .sent(Story.ALICE, "one")
                .secondsPass(9)
                .accepted("one")
                .delivered(Story.PHONE, "one", 1)
                .delivered(Story.TABLET, "one", 1)
                .healed();
        assertThat(waited.verdict().violations()).isEmpty();
    }

    @Test
    void whatItDependsOnMayRefuseIt() {
        Story refused = new Story()
                .struck("mysql-down")
                .sent(Story.ALICE, "one")
                .secondsPass(25)
                .unknown("one")
                .healed();
        assertThat(refused.verdict().violations()).isEmpty();
    }
}
