package io.hawser.bench.chaos.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.hawser.bench.chaos.disk.StoreDisks.Wanted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real file systems, where this machine lets us mount any. */
final class StoreDisksTest {
    @TempDir
    Path home;

    @Test
    void ofADiskThatLosesItsPowerThereIsWhatWasSyncedAndNothingElse() throws Exception {
        assumeThat(StoreDisks.canLosePower()).isTrue();
        try (StoreDisks disks = StoreDisks.onLoopDevices(home.resolve("images"), List.of(wanted(16)))) {
            write("before", true);
            Path file = write("file", true);
            write("not-synced", false);
            append(file, false);
            disks.cutPower("store");
            assertThatThrownBy(() -> write("after", true)).isInstanceOf(IOException.class);

            disks.restorePower("store");

            assertThat(home.resolve("store/before")).hasContent("text");
            assertThat(file).hasContent("text");
            assertThat(home.resolve("store/not-synced")).doesNotExist();
            assertThat(home.resolve("store/after")).doesNotExist();
            write("again", true);
        }
        assertThat(home.resolve("store/before")).doesNotExist();
    }

    @Test
    void whatWasOverwrittenAndNotSyncedIsAsItWas() throws Exception {
        assumeThat(StoreDisks.canLosePower()).isTrue();
        try (StoreDisks disks = StoreDisks.onLoopDevices(home.resolve("images"), List.of(wanted(16)))) {
            Path log = write("log", true);
            try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap("over".getBytes(StandardCharsets.UTF_8)));
            }
            assertThat(log).hasContent("over");
            disks.cutPower("store");
            disks.restorePower("store");
            assertThat(log).hasContent("text");
        }
    }

    @Test
    void whatIsSyncedWithTheWholeDiskStays() throws Exception {
        assumeThat(StoreDisks.canLosePower()).isTrue();
        try (StoreDisks disks = StoreDisks.onLoopDevices(home.resolve("images"), List.of(wanted(16)))) {
            Path file = write("file", false);
            disks.sync();
            disks.cutPower("store");
            disks.restorePower("store");
            assertThat(file).hasContent("text");
        }
    }

    @Test
    void whatWasOnADiskCanBeLookedAtAfterwards() throws Exception {
        assumeThat(StoreDisks.canLosePower()).isTrue();
        String[] mount;
        try (StoreDisks disks = StoreDisks.onLoopDevices(home.resolve("images"), List.of(wanted(16)))) {
            write("file", true);
            mount = disks.mountCommands().getFirst().split(" ", -1);
        }
        assertThat(home.resolve("store/file")).doesNotExist();
        assertThat(Commands.run(mount)).isTrue();
        try {
            assertThat(home.resolve("store/file")).hasContent("text");
        } finally {
            assertThat(Commands.unmountLazily(home.resolve("store"))).isTrue();
        }
    }

    /** As where a signal comes between the two halves of a loss of power. */
    @Test
    void whatTheEndOfTheProcessHasUnmountedIsNotMountedAgain() throws Exception {
        assumeThat(StoreDisks.arePossible()).isTrue();
        Path directory = Files.createDirectory(home.resolve("store"));
        try (StoreDisks disks = StoreDisks.none()) {
            MemoryDisk disk = new MemoryDisk(directory, 1);
            disks.mount("store", disk);
            disks.end();
            assertThatThrownBy(() -> disks.mount("store", disk))
                    .hasMessage("store: its disk is not mounted, as this process ends");
            assertThat(Files.getFileStore(directory)).isEqualTo(Files.getFileStore(home));
        }
    }

    @Test
    void aFullDiskTakesNothingUntilItIsEmptiedAgain() throws Exception {
        assumeThat(StoreDisks.arePossible()).isTrue();
        try (StoreDisks disks = StoreDisks.inMemory(List.of(wanted(4)))) {
            fillAndEmpty(disks);
        }
    }

    @Test
    void soDoesAFullDiskThatCanLoseItsPower() throws Exception {
        assumeThat(StoreDisks.canLosePower()).isTrue();
        try (StoreDisks disks = StoreDisks.onLoopDevices(home.resolve("images"), List.of(wanted(32)))) {
            fillAndEmpty(disks);
        }
    }

    private void fillAndEmpty(StoreDisks disks) throws IOException {
        disks.fill("store");
        assertThatThrownBy(() -> Files.write(home.resolve("store/more"), new byte[1 << 20]))
                .isInstanceOf(IOException.class);
        disks.emptyAll();
        Files.write(home.resolve("store/more"), new byte[1 << 20]);
    }

    @Test
    void whoHasNoDiskIsTold() {
        try (StoreDisks disks = StoreDisks.none()) {
            assertThat(disks.has("redis")).isFalse();
            assertThatThrownBy(() -> disks.fill("redis")).hasMessage("redis: no disk of its own (expected: one)");
        }
    }

    private Wanted wanted(int mebibytes) {
        return new Wanted("store", home.resolve("store"), mebibytes);
    }

    private Path write(String name, boolean synced) throws IOException {
        Path file = Files.createFile(home.resolve("store").resolve(name));
        append(file, synced);
        return file;
    }

    private static void append(Path file, boolean synced) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
            channel.write(ByteBuffer.wrap("text".getBytes(StandardCharsets.UTF_8)));
            if (synced) {
                channel.force(true);
            }
        }
    }
}
