package io.hawser.bench.chaos.check;

import static io.hawser.bench.chaos.check.Story.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.Outcome;
import io.hawser.bench.chaos.history.Terms;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MessagesTest {
    private static final Audience BOB = Audience.user("app", "bob");

    /** A run has thousands of messages, and some dozens whom they are for. */
    @Test
    void whomThingsAreForIsAskedOfEachAudienceAndNotOfEachMessage() {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            String text = "message " + i;
            events.add(new Event.Sent(2L * i, text, i % 2 == 0 ? ALICE : BOB, Terms.PLAIN));
            Outcome outcome = i < 900 ? Outcome.ACCEPTED : Outcome.UNKNOWN;
            events.add(new Event.Answered(2L * i + 1, text, outcome, 1, 200, i, false, ""));
        }
        Messages messages = new Messages(events, Spans.always(), 2_000);
        List<Audience> asked = new ArrayList<>();
        assertThat(messages.accepted(audience -> asked.add(audience) && audience.equals(BOB)))
                .hasSize(450)
                .allMatch(message -> message.audience().equals(BOB) && message.isAccepted());
        assertThat(asked).containsExactlyInAnyOrder(ALICE, BOB);
    }
}
