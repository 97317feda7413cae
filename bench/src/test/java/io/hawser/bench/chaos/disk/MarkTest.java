package io.hawser.bench.chaos.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.hawser.bench.chaos.disk.StoreDisks.Wanted;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose disk one is. */
final class MarkTest {
    @Test
    void itIsReadFromWhateverHasIt() {
        Mark own = Mark.own();
        assertThat(Mark.of(own.text())).contains(own);
        assertThat(Mark.of(own.in(Path.of("/tmp/some where"), "redis").toString()))
                .contains(own);
        assertThat(Mark.of("tmpfs")).isEmpty();
        assertThat(Mark.of("/dev/vda1")).isEmpty();
    }

    @Test
    void pathsAreReadAsTheKernelWritesThem() {
        assertThat(Mark.unescaped("/tmp/some\\040where\\134")).isEqualTo("/tmp/some where\\");
    }

    @Test
    void aDiskOfARunThatGoesOnIsNoneThatWasLeft(@TempDir Path home) {
        assumeThat(StoreDisks.arePossible()).isTrue();
        try (StoreDisks disks = StoreDisks.inMemory(List.of(new Wanted("store", home.resolve("store"), 1)))) {
            assertThat(disks.has("store")).isTrue();
            assertThat(Mark.leftBehind()).doesNotContain(home.resolve("store"));
        }
    }
}
