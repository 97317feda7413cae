package io.hawser.bench.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.Outcome;
import io.hawser.bench.chaos.history.Terms;
import io.hawser.bench.chaos.load.Manner.Afterwards;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sender makes of the answers of a center that says what it is told to. */
final class SendingTest {
    private static final Audience ALICE = Audience.user("app", "alice");
    private static final String SPOOLED = "200 {\"durability\": \"SPOOLED\"}";
    private static final String REFUSED = "503 {\"code\": \"UNAVAILABLE\"}";

    private ScriptedCenter scripted;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws IOException {
        scripted = new ScriptedCenter(directory);
    }

    @AfterEach
    void stop() {
        scripted.close();
    }

    @Test
    void whatASpoolHasIsSentAgainWhenSomethingNewerHasAName() {
        Sending sending = sending(SPOOLED, SPOOLED, named(8), named(7));
        sending.send("one", ALICE, new Manner(Terms.PLAIN, Afterwards.AGAIN));
        sending.send("two", ALICE, new Manner(Terms.PLAIN, Afterwards.NOTHING));
        assertThat(answered()).extracting(Event.Answered::spooled).containsExactly(true, false);
        assertThat(answered()).extracting(Event.Answered::seq).containsExactly(0L, 8L);
        assertThat(repeated()).extracting(Event.Repeated::text).containsExactly("one", "one");
        assertThat(repeated()).extracting(Event.Repeated::spooled).containsExactly(true, false);
        assertThat(repeated()).extracting(Event.Repeated::seq).containsExactly(0L, 7L);
    }

    @Test
    void whatHasNoNameIsNotAskedForBack() {
        sending(SPOOLED).send("one", ALICE, new Manner(Terms.PLAIN, Afterwards.RECALL));
        assertThat(scripted.asked).containsExactly("/v1/apps/app/messages:send");
    }

    @Test
    void whatIsRefusedIsSentAgainUntilASpoolHasIt() {
        sending(REFUSED, SPOOLED).send("one", ALICE, new Manner(Terms.PLAIN, Afterwards.NOTHING));
        assertThat(answered()).singleElement().satisfies(answer -> {
            assertThat(answer.attempts()).isEqualTo(2);
            assertThat(answer.outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(answer.spooled()).isTrue();
        });
    }

    private Sending sending(String... all) {
        scripted.answers.addAll(List.of(all));
        return new Sending(scripted.center, Map.of(), scripted.history);
    }

    private static String named(int seq) {
        return "200 {\"durability\": \"STRICT\", \"name\": \"apps/app/users/alice/messages/" + seq + "\"}";
    }

    private List<Event.Answered> answered() {
        return scripted.events(Event.Answered.class);
    }

    private List<Event.Repeated> repeated() {
        return scripted.events(Event.Repeated.class);
    }
}
