package io.hawser.bench.chaos.check;

import static io.hawser.bench.chaos.check.Story.ALICE;
import static io.hawser.bench.chaos.check.Story.PHONE;
import static io.hawser.bench.chaos.check.Story.TABLET;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bench.chaos.check.Violation.Kind;

/** What tests of checks say to stories. */
final class Broken {
    private Broken() {}

    /** Accepted one after the other, and delivered to both of Alice's devices. */
    static Story toBoth(String... texts) {
        Story story = new Story().told(ALICE, texts);
        for (int i = 0; i < texts.length; i++) {
            story.delivered(PHONE, texts[i], i + 1).delivered(TABLET, texts[i], i + 1);
        }
        return story;
    }

    static void assertBroken(Story story, Kind kind, String... told) {
        assertBroken(story, Floor.NONE, kind, told);
    }

    static void assertBroken(Story story, Floor floor, Kind kind, String... told) {
        Verdict verdict = story.verdict(floor);
        assertThat(verdict.isGreen()).isFalse();
        assertThat(verdict.found(kind)).as(kind.label()).isPositive();
        assertThat(verdict.violations())
                .filteredOn(violation -> violation.kind() == kind)
                .anySatisfy(violation -> assertThat(violation.what()).contains(told));
    }
}
