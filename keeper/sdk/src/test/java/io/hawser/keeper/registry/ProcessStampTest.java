package io.hawser.keeper.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessStampTest {
    @Test
    void thisProcessIsNotDead() {
        assertThat(ProcessStamp.isDead(ProcessStamp.own())).isFalse();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void oneThatEndedIsDead() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        String[] own = ProcessStamp.own().split("/", -1);
        assertThat(ProcessStamp.isDead(own[0] + "/" + own[1] + "/" + ended.pid() + "/1"))
                .isTrue();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void onesWhoseNumberWasGivenToAnotherIsDead() {
        String own = ProcessStamp.own();
        assertThat(ProcessStamp.isDead(own + "0")).isTrue();
    }

    @Test
    void nothingIsSaidOfOtherMachinesOrOfGarbage() {
        assertThat(ProcessStamp.isDead("another-boot/pid:[1]/1/1")).isFalse();
        assertThat(ProcessStamp.isDead("")).isFalse();
        assertThat(ProcessStamp.isDead("a/b/c/d")).isFalse();
    }
}
