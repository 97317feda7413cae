package io.hawser.bench.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bench.chaos.history.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is seen of savers by a center that says what it is told to. */
final class SaverLivesTest {
    private ScriptedCenter scripted;
    private SaverLives lives;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws IOException {
        scripted = new ScriptedCenter(directory);
        lives = new SaverLives(scripted.center, "key", scripted.history);
    }

    @AfterEach
    void stop() {
        scripted.close();
    }

    @Test
    void aSaverThatIsSeenInAnotherLifeWasReborn() {
        look(saver("saver-1", 7) + "," + saver("saver-2", 8));
        long before = System.nanoTime();
        look(saver("saver-1", 7));
        long between = System.nanoTime();
        look(saver("saver-2", 8));
        look(saver("saver-2", 8) + "," + saver("saver-1", 9));
        assertThat(scripted.asked).containsOnly("/v1/instances?service=saver");
        assertThat(reborn()).singleElement().satisfies(one -> {
            assertThat(one.saver()).isEqualTo("saver-1");
            assertThat(one.seenNanos()).isBetween(before, between);
            assertThat(one.atNanos()).isGreaterThan(between);
        });
    }

    @Test
    void whoIsSeenInAnOlderLifeIsSeenByACenterThatHasNotHeard() {
        look(saver("saver-1", 7));
        look(saver("saver-1", 9));
        look(saver("saver-1", 7));
        look(saver("saver-1", 9));
        assertThat(reborn()).hasSize(1);
    }

    private static String saver(String name, long incarnation) {
        return "{\"service\": \"saver\", \"name\": \"%s\", \"incarnation\": \"%d\"}".formatted(name, incarnation);
    }

    private void look(String savers) {
        scripted.answers.add("200 {\"instances\": [" + savers + "]}");
        lives.look();
    }

    private List<Event.Reborn> reborn() {
        return scripted.events(Event.Reborn.class);
    }
}
