package io.hawser.saver.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.hawser.keeper.config.ByteSize;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.saver.journal.LogId;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The spool on a real disk, and where the disk fails. */
final class SpoolTest {
    private static final ByteSize SMALL = ByteSize.ofKibibytes(64);
    private static final ByteSize LARGE = ByteSize.ofMebibytes(64);
    private static final int HALF_A_FILE = 4 << 10;
    private static final int MAX_ID = 32;
    private static final int MAX_USER_MESSAGES = 100;

    @TempDir
    private Path directory;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> remarks = new CopyOnWriteArrayList<>();
    private final List<Spool> opened = new ArrayList<>();

    @AfterEach
    void closeSpools() throws IOException {
        for (Spool spool : opened) {
            spool.close();
        }
    }

    @Test
    void whatIsTakenIsStoredInTheOrderOfItsUserAndItsFilesAreGone() throws Exception {
        SlotOwner owner = SlotOwner.away();
        Spool spool = open(LARGE, owner);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            texts.add("m" + i);
            add(spool, "alice", "m" + i);
        }
        assertThat(spool.holds(log("alice"))).isTrue();
        assertThat(spool.holds(log("bob"))).isFalse();
        assertThat(gauge("messages")).isEqualTo(100);
        assertThat(files()).hasSize(1);
        assertThat(remarks.getLast()).startsWith("in use");
        owner.comeBack();
        awaitEmpty(spool);
        assertThat(owner.texts()).isEqualTo(texts);
        assertThat(spool.holds(log("alice"))).isFalse();
        assertThat(files()).isEmpty();
        assertThat(gauge("bytes")).isZero();
        await().until(() -> remarks.getLast().isEmpty());
    }

    @Test
    void whatIsStoredIsLimitedByNothingAndKnownForAsLongAsACallersKey() throws Exception {
        SlotOwner owner = SlotOwner.serving();
        AppendRequest asked = request("alice", "hi").toBuilder()
                .setAvailable(true)
                .setMaxMessages(1)
                .setMaxBytes(2)
                .setUserMustExist(true)
                .setCollapseKey("score")
                .build();
        Spool spool = open(LARGE, owner);
        spool.add(log("alice"), asked).get(10, TimeUnit.SECONDS);
        awaitEmpty(spool);
        assertThat(owner.stored())
                .containsExactly(asked.toBuilder()
                        .setAvailable(false)
                        .setMaxMessages(0)
                        .setMaxBytes(0)
                        .setUserMustExist(false)
                        .setKeyed(true)
                        .setSpooled(true)
                        .build());
    }

    @Test
    void whatAnEarlierLifeLeftIsStored() throws Exception {
        try (Spool earlier = open(LARGE, SlotOwner.away())) {
            add(earlier, "alice", "one");
            add(earlier, "bob", "two");
        }
        SlotOwner owner = SlotOwner.away();
        Spool spool = open(LARGE, owner);
        assertThat(spool.holds(log("alice"))).isTrue();
        add(spool, "alice", "three");
        owner.comeBack();
        awaitEmpty(spool);
        assertThat(owner.texts())
                .containsExactlyInAnyOrder("one", "two", "three")
                .containsSubsequence("one", "three");
        assertThat(files()).isEmpty();
    }

    @Test
    void aTornTailDoesNotCountAndItsFileIsPutAside() throws Exception {
        Path file = leftWith("one", "two");
        truncate(file, Files.size(file) - 1);
        assertThat(storedFromWhatIsLeft()).containsExactly("one");
        assertThat(meters.counter("hawser.saver.spool.cut.bytes").count()).isPositive();
        assertThat(Path.of(file + ".cut")).exists();
    }

    @Test
    void aFileThatWasNotBegunIsPutAside() throws Exception {
        Path file = leftWith("one");
        truncate(file, 3);
        assertThat(storedFromWhatIsLeft()).isEmpty();
        assertThat(files()).isEmpty();
        assertThat(Path.of(file + ".cut")).exists();
    }

    @Test
    void aRecordThatDiffersFromItsChecksumDoesNotCount() throws Exception {
        Path file = leftWith("one", "two");
        byte[] content = Files.readAllBytes(file);
        content[content.length - 1] ^= 1;
        Files.write(file, content);
        assertThat(storedFromWhatIsLeft()).containsExactly("one");
    }

    /** What was answered before and after it is there; people can look at what is not. */
    @Test
    void damageInTheMiddleLosesOneMessageAndIsTold() throws Exception {
        Path file = leftWith("one", "two", "three");
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        Files.write(file, content);
        assertThat(storedFromWhatIsLeft()).containsExactly("one", "three");
        assertThat(meters.counter("hawser.saver.spool.unreadable").count()).isEqualTo(1);
        await().until(() -> remarks.getLast().equals("files that are damaged or cannot be read: 1"));
        assertThat(Path.of(file + ".cut")).hasBinaryContent(content);
    }

    @Test
    void aFileWhoseHeadIsDamagedStaysAndIsTold() throws Exception {
        Path file = leftWith("one");
        byte[] content = Files.readAllBytes(file);
        content[0] ^= 1;
        Files.write(file, content);
        assertThat(storedFromWhatIsLeft()).isEmpty();
        assertThat(meters.counter("hawser.saver.spool.unreadable").count()).isEqualTo(1);
        assertThat(file).hasBinaryContent(content);
    }

    @Test
    void zerosBehindTheLastRecordAreNone() throws Exception {
        Path file = leftWith("one");
        Files.write(file, new byte[4096], StandardOpenOption.APPEND);
        assertThat(storedFromWhatIsLeft()).containsExactly("one");
    }

    @Test
    void aFullSpoolRefusesAndTakesAgainOnceItIsEmptied() throws Exception {
        SlotOwner owner = SlotOwner.away();
        Spool spool = open(SMALL, owner);
        int taken = 0;
        while (!isRefused(startAdd(spool, "app-" + taken, "alice", "x".repeat(HALF_A_FILE)))) {
            taken++;
        }
        assertThat(taken).isBetween(8, 16);
        assertThat(files()).hasSizeGreaterThan(1);
        assertThat(gauge("bytes")).isLessThanOrEqualTo((double) SMALL.bytes());
        assertThat(meters.counter("hawser.saver.spool.refused", "reason", "full")
                        .count())
                .isEqualTo(1);
        owner.comeBack();
        awaitEmpty(spool);
        assertThat(owner.stored()).hasSize(taken);
        add(spool, "late", "again");
        awaitEmpty(spool);
        assertThat(owner.stored()).hasSize(taken + 1);
        assertThat(gauge("bytes")).isZero();
    }

    @Test
    void anAppGetsNoMoreThanIsFreeBesidesAndLeavesRoomForOthers() throws Exception {
        SlotOwner owner = SlotOwner.away();
        Spool spool = open(SMALL, owner);
        int taken = 0;
        while (!isRefused(startAdd(spool, "u" + taken, "x".repeat(HALF_A_FILE)))) {
            taken++;
        }
        assertThat(taken).isBetween(4, 8);
        startAdd(spool, "another", "alice", "x".repeat(HALF_A_FILE)).get(10, TimeUnit.SECONDS);
        owner.comeBack();
        awaitEmpty(spool);
        add(spool, "late", "again");
        awaitEmpty(spool);
        assertThat(owner.stored()).hasSize(taken + 2);
        assertThat(gauge("bytes")).isZero();
    }

    /** As when a host is gone: its files are put beside another's. */
    @Test
    void filesOfTwoSaversWhoseOutageBeganAtOnceHaveNamesOfTheirOwn() throws Exception {
        Path home = directory;
        Clock at = Clock.fixed(Instant.ofEpochMilli(1_790_000_000_000L), ZoneOffset.UTC);
        for (String name : List.of("gone", "here")) {
            directory = home.resolve(name);
            try (Spool spool = open(LARGE, SpoolFile.Disk.REAL, SlotOwner.away(), name, at)) {
                add(spool, "alice", name);
            }
        }
        for (Path file : filesOf(home.resolve("gone"))) {
            Files.move(file, directory.resolve(file.getFileName()));
        }
        assertThat(storedFromWhatIsLeft()).containsExactlyInAnyOrder("gone", "here");
    }

    /** The real error of a real device. */
    @Test
    void aFullDiskRefusesAndIsTriedAgain() throws Exception {
        assertThatWhileTheDiskIs("/dev/full");
    }

    /** It takes everything, and says that it cannot be synced. */
    @Test
    void aDiskThatDoesNotSyncRefusesAndIsTriedAgain() throws Exception {
        assertThatWhileTheDiskIs("/dev/null");
    }

    private void assertThatWhileTheDiskIs(String device) throws Exception {
        SlotOwner owner = SlotOwner.away();
        boolean[] failing = {true};
        SpoolFile.Disk disk = path -> failing[0]
                ? FileChannel.open(Path.of(device), StandardOpenOption.WRITE)
                : SpoolFile.Disk.REAL.create(path);
        Spool spool = open(LARGE, disk, owner);
        assertThat(isRefused(startAdd(spool, "alice", "lost"))).isTrue();
        assertThat(spool.holds(log("alice"))).isFalse();
        assertThat(gauge("bytes")).isZero();
        assertThat(meters.counter("hawser.saver.spool.refused", "reason", "disk")
                        .count())
                .isEqualTo(1);
        failing[0] = false;
        add(spool, "alice", "kept");
        owner.comeBack();
        awaitEmpty(spool);
        assertThat(owner.texts()).containsExactly("kept");
    }

    @Test
    void aRepeatIsTakenOnceAndAnotherBodyUnderItsIdIsRefused() throws Exception {
        SlotOwner owner = SlotOwner.away();
        Spool spool = open(LARGE, owner);
        add(spool, "alice", "once");
        add(spool, "alice", "once");
        assertThat(gauge("messages")).isEqualTo(1);
        AppendRequest other = request("alice", "once").toBuilder()
                .setBodyHash(ByteString.copyFromUtf8("another"))
                .build();
        assertThatThrownBy(() -> spool.add(log("alice"), other).join())
                .cause()
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IDEMPOTENCY_CONFLICT));
    }

    @Test
    void whatWasAcceptedUnderAKeyThatIsAnothersIsStoredUnderAnIdOfItsOwn() throws Exception {
        SlotOwner owner = SlotOwner.serving();
        owner.knows("id of key");
        try (Spool spool = open(LARGE, owner)) {
            add(spool, "alice", "key");
            awaitEmpty(spool);
        }
        assertThat(owner.stored()).singleElement().satisfies(stored -> {
            assertThat(stored.getRequestId()).startsWith("spooled-").hasSizeLessThan(64);
            assertThat(stored.getContent().toStringUtf8()).isEqualTo("key");
        });
        Spool later = open(LARGE, owner);
        add(later, "alice", "key");
        awaitEmpty(later);
        assertThat(owner.stored()).as("the same id each time").hasSize(1);
    }

    @Test
    void aUserHasNoMoreInItThanItsAppLetsAMailboxHold() throws Exception {
        Spool spool = open(LARGE, SlotOwner.away());
        AppendRequest.Builder two = request("alice", "m").toBuilder().setMaxMessages(2);
        spool.add(log("alice"), two.setRequestId("r1").build()).get(10, TimeUnit.SECONDS);
        spool.add(log("alice"), two.setRequestId("r2").build()).get(10, TimeUnit.SECONDS);
        assertFull(spool, two.setRequestId("r3").build(), "messages of user alice: 2");
        add(spool, "bob", "of another");
        assertThat(meters.counter("hawser.saver.spool.refused", "reason", "user")
                        .count())
                .isEqualTo(1);
        assertThat(gauge("messages")).isEqualTo(3);
    }

    @Test
    void aUserHasNoMoreInItThanTheSpoolLetsEachHave() throws Exception {
        Spool spool = open(LARGE, SlotOwner.away());
        for (int i = 0; i < MAX_USER_MESSAGES; i++) {
            add(spool, "alice", "m" + i);
        }
        assertFull(spool, request("alice", "one more"), "messages of user alice: 100");
    }

    /** Each may be a mailbox that is not there yet. */
    @Test
    void aUsersMailboxesThatAreNamedAreBounded() throws Exception {
        Spool spool = open(LARGE, SlotOwner.away());
        for (int i = 0; i < SpooledUsers.MAX_TARGETS; i++) {
            spool.add(log("alice"), to("device:" + i, "m" + i)).get(10, TimeUnit.SECONDS);
        }
        assertFull(spool, to("device:another", "one more"), "mailboxes of user alice: 16");
        spool.add(log("alice"), to("device:3", "to one of those")).get(10, TimeUnit.SECONDS);
        add(spool, "alice", "to all");
    }

    @Test
    void aRequestThatIsInTwoFilesIsStoredOnce() throws Exception {
        Path file = leftWith("once", "twice");
        Files.copy(file, directory.resolve("0000000000000001-another.spool"));
        SlotOwner owner = SlotOwner.serving();
        Spool spool = open(LARGE, owner);
        awaitEmpty(spool);
        assertThat(owner.texts()).containsExactly("once", "twice");
        assertThat(files()).isEmpty();
        assertThat(spool.bytes()).isZero();
    }

    /** The first is committed, perhaps, and its file holds others: then its id is forgotten in the end, and used again. */
    @Test
    void twoBodiesUnderOneIdInTwoFilesAreBothStored() throws Exception {
        Path home = directory;
        directory = home.resolve("later");
        try (Spool later = open(LARGE, SlotOwner.away())) {
            AppendRequest other = request("alice", "key").toBuilder()
                    .setBodyHash(ByteString.copyFromUtf8("another"))
                    .setContent(ByteString.copyFromUtf8("the other body"))
                    .build();
            later.add(log("alice"), other).get(10, TimeUnit.SECONDS);
        }
        Path file = files().getFirst();
        directory = home;
        leftWith("key", "two");
        Files.move(file, directory.resolve(file.getFileName().toString().replace("saver-1", "saver-2")));
        SlotOwner owner = SlotOwner.serving();
        Spool spool = open(LARGE, owner);
        awaitEmpty(spool);
        assertThat(owner.texts()).containsExactlyInAnyOrder("key", "two", "the other body");
        assertThat(owner.stored()).extracting(AppendRequest::getRequestId).doesNotHaveDuplicates();
        assertThat(files()).isEmpty();
        assertThat(spool.bytes()).isZero();
    }

    @Test
    void aFileThatCannotBeReadIsToldAndPassedOver() throws Exception {
        leftWith("one");
        Files.createDirectory(directory.resolve("0000000000000001-broken.spool"));
        assertThat(storedFromWhatIsLeft()).containsExactly("one");
        assertThat(meters.counter("hawser.saver.spool.unreadable").count()).isEqualTo(1);
        await().until(() -> remarks.getLast().equals("files that are damaged or cannot be read: 1"));
    }

    /** What it holds would come again, were the saver started again a day later. */
    @Test
    void aFileThatCannotBeDeletedIsTriedAgainAndCountsUntilItIsGone() throws Exception {
        SlotOwner owner = SlotOwner.away();
        Spool spool = open(LARGE, owner);
        add(spool, "alice", "one");
        Path file = files().getFirst();
        Files.delete(file);
        Path inTheWay = Files.createDirectories(file.resolve("in the way"));
        owner.comeBack();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> remarks.getLast().equals("files that cannot be deleted or renamed: 1"));
        assertThat(spool.messages()).isZero();
        assertThat(spool.bytes()).isPositive();
        Files.delete(inTheWay);
        await().atMost(Duration.ofSeconds(30)).until(() -> remarks.getLast().isEmpty());
        assertThat(spool.bytes()).isZero();
        assertThat(file).doesNotExist();
    }

    /** It reads, and renames, and writes nothing. */
    @Test
    void aTornFileIsStoredFromADiskThatIsFull() throws Exception {
        Path file = leftWith("one", "two");
        truncate(file, Files.size(file) - 1);
        SlotOwner owner = SlotOwner.serving();
        awaitEmpty(open(LARGE, path -> FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE), owner));
        assertThat(owner.texts()).containsExactly("one");
        assertThat(Path.of(file + ".cut")).exists();
    }

    /** As after a smaller bound, or where another's files were brought. */
    @Test
    void moreThanThereIsRoomForIsReadWhenThereIs() throws Exception {
        SlotOwner owner = SlotOwner.away();
        try (Spool earlier = open(LARGE, owner)) {
            for (int i = 0; i < 40; i++) {
                startAdd(earlier, "u" + i, "x".repeat(HALF_A_FILE)).get(10, TimeUnit.SECONDS);
            }
        }
        Path file = files().getFirst();
        for (int i = 0; i < 3; i++) {
            try (Spool earlier = open(LARGE, owner)) {
                startAdd(earlier, "v" + i, "y".repeat(HALF_A_FILE)).get(10, TimeUnit.SECONDS);
            }
        }
        assertThat(files()).hasSize(4).startsWith(file);
        SlotOwner serving = SlotOwner.away();
        Spool spool = open(SMALL, serving);
        assertThat(spool.messages()).isEqualTo(40);
        serving.comeBack();
        awaitEmpty(spool);
        assertThat(serving.stored()).hasSize(43);
        assertThat(files()).isEmpty();
        assertThat(spool.bytes()).isZero();
    }

    /** What was refused is not there when the file is read again; what was taken before is. */
    @Test
    void aFileWhoseSyncFailedHasWhatWasSyncedBeforeAlone() throws Exception {
        FailingDisk disk = new FailingDisk();
        try (Spool spool = open(LARGE, disk, SlotOwner.away())) {
            add(spool, "alice", "kept");
            disk.failNextSync();
            assertThat(isRefused(startAdd(spool, "alice", "refused"))).isTrue();
            add(spool, "alice", "in another file");
        }
        assertThat(files()).hasSize(2);
        assertThat(storedFromWhatIsLeft()).containsExactly("kept", "in another file");
    }

    @Test
    void aFileThatWasWrittenHalfwayHasWhatWasSyncedBeforeAlone() throws Exception {
        FailingDisk disk = new FailingDisk();
        try (Spool spool = open(LARGE, disk, SlotOwner.away())) {
            add(spool, "alice", "kept");
            disk.tearNextWrite();
            assertThat(isRefused(startAdd(spool, "alice", "refused"))).isTrue();
        }
        assertThat(storedFromWhatIsLeft()).containsExactly("kept");
        assertThat(meters.counter("hawser.saver.spool.cut.bytes").count()).isZero();
    }

    /** Nor can what is torn be cut off again. */
    @Test
    void whatWasWrittenHalfwayForGoodIsStoredByThisLife() throws Exception {
        FailingDisk disk = new FailingDisk();
        SlotOwner owner = SlotOwner.away();
        Spool spool = open(LARGE, disk, owner);
        add(spool, "alice", "kept");
        disk.refuseTruncation();
        disk.tearNextWrite();
        assertThat(isRefused(startAdd(spool, "alice", "unknown"))).isTrue();
        owner.comeBack();
        awaitEmpty(spool);
        assertThat(owner.texts()).containsExactly("kept", "unknown");
        assertThat(files()).isEmpty();
    }

    @Test
    void aDiskThatTakesNoFileRefusesAndIsTriedAgain() throws Exception {
        FailingDisk disk = new FailingDisk();
        SlotOwner owner = SlotOwner.away();
        Spool spool = open(LARGE, disk, owner);
        disk.refuseCreation(true);
        assertThat(isRefused(startAdd(spool, "alice", "lost"))).isTrue();
        assertThat(gauge("bytes")).isZero();
        disk.refuseCreation(false);
        add(spool, "alice", "kept");
        owner.comeBack();
        awaitEmpty(spool);
        assertThat(owner.texts()).containsExactly("kept");
    }

    /** Its caller is told that nobody knows; it is delivered, so that it cannot be doubled by what is read again. */
    @Test
    void whatCannotBeTakenBackFromAFileIsStored() throws Exception {
        FailingDisk disk = new FailingDisk();
        SlotOwner owner = SlotOwner.away();
        Spool spool = open(LARGE, disk, owner);
        add(spool, "alice", "kept");
        disk.refuseTruncation();
        disk.failNextSync();
        assertThat(isRefused(startAdd(spool, "alice", "unknown"))).isTrue();
        assertThat(spool.has(log("alice"), "id of unknown")).isTrue();
        owner.comeBack();
        awaitEmpty(spool);
        assertThat(owner.texts()).containsExactly("kept", "unknown");
        assertThat(files()).isEmpty();
        assertThat(gauge("bytes")).isZero();
    }

    @Test
    void ofFilesThatWereNotWholeTheNewestStay() throws Exception {
        for (int i = 0; i < SpoolDirectory.MAX_CUT + 2; i++) {
            Files.createFile(directory.resolve("%016x-saver-1.spool.cut".formatted(i + 1)));
        }
        open(LARGE, SlotOwner.away());
        try (Stream<Path> all = Files.list(directory)) {
            assertThat(all.map(path -> path.getFileName().toString()).filter(name -> name.endsWith(".cut")))
                    .hasSize(SpoolDirectory.MAX_CUT)
                    .doesNotContain("0000000000000001-saver-1.spool.cut", "0000000000000002-saver-1.spool.cut");
        }
    }

    /** However often the saver was started since. */
    @Test
    void whatWaitsForLongIsTold() throws Exception {
        Clock before = Clock.offset(Clock.systemUTC(), Duration.ofHours(-13));
        try (Spool earlier = open(LARGE, SpoolFile.Disk.REAL, SlotOwner.away(), "saver-1", before)) {
            add(earlier, "alice", "one");
        }
        assertThat(remarks.getLast()).doesNotContain("12 h");
        SlotOwner owner = SlotOwner.away();
        Spool spool = open(LARGE, owner);
        assertThat(remarks.getLast()).contains("for over 12 h");
        owner.comeBack();
        awaitEmpty(spool);
        await().until(() -> remarks.getLast().isEmpty());
    }

    /** Small ones of many users, which take the most besides their content. */
    @Test
    void itTakesNoMoreOfTheHeapThanItCounts() throws Exception {
        Spool spool = open(LARGE, SlotOwner.away());
        long before = usedHeap();
        List<CompletableFuture<Boolean>> added = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            added.add(startAdd(spool, "user-" + i, "m" + i));
        }
        CompletableFuture.allOf(added.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        added.clear();
        assertThat(usedHeap() - before).isLessThan(spool.bytes());
        assertThat(spool.messages()).isEqualTo(20_000);
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    void itsDirectoryIsItsOwnersAlone() throws Exception {
        directory = directory.resolve("data").resolve("spool");
        open(LARGE, SlotOwner.away());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
    }

    @Test
    void aDirectoryIsOneSaversAlone() throws Exception {
        open(LARGE, SlotOwner.away());
        assertThatThrownBy(() -> open(LARGE, SlotOwner.away()))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessage(
                        "spool.directory: " + directory + " (expected: a directory of its own: another saver has it)");
    }

    @Test
    void aDirectoryThatCannotBeMadeIsRefused() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        directory = file;
        assertThatThrownBy(() -> open(LARGE, SlotOwner.away()))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }

    @Test
    void boundsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new SpoolSettings("", ByteSize.ofKibibytes(1), 1, Duration.ofSeconds(1)))
                .hasMessage("maxBytes: 1KiB (expected: 64KiB to 1GiB)");
        assertThatThrownBy(() -> new SpoolSettings("", SMALL, 1, Duration.ZERO))
                .hasMessage("after: 0ms (expected: longer than 0)");
        assertThatThrownBy(() -> new SpoolSettings("", SMALL, 0, Duration.ofSeconds(1)))
                .hasMessage("maxUserMessages: 0 (expected: at least 1)");
    }

    private Spool open(ByteSize maxBytes, SlotOwner owner) {
        return open(maxBytes, SpoolFile.Disk.REAL, owner);
    }

    private Spool open(ByteSize maxBytes, SpoolFile.Disk disk, SlotOwner owner) {
        return open(maxBytes, disk, owner, "saver-1", Clock.systemUTC());
    }

    private Spool open(ByteSize maxBytes, SpoolFile.Disk disk, SlotOwner owner, String saver, Clock clock) {
        SpoolSettings settings = new SpoolSettings("", maxBytes, MAX_USER_MESSAGES, Duration.ofSeconds(1));
        Spool spool = Spool.open(directory, saver, settings, disk, owner, clock, new SpoolMeters(meters, remarks::add));
        opened.add(spool);
        return spool;
    }

    /** Returns the one file that a life left which took these and stored none of them. */
    private Path leftWith(String... texts) throws Exception {
        try (Spool spool = open(LARGE, SlotOwner.away())) {
            for (String text : texts) {
                add(spool, "alice", text);
            }
        }
        return files().getFirst();
    }

    private List<String> storedFromWhatIsLeft() {
        SlotOwner owner = SlotOwner.serving();
        awaitEmpty(open(LARGE, owner));
        return owner.texts();
    }

    private static void add(Spool spool, String user, String text) throws Exception {
        startAdd(spool, user, text).get(10, TimeUnit.SECONDS);
    }

    private static CompletableFuture<Boolean> startAdd(Spool spool, String user, String text) {
        return startAdd(spool, "demo", user, text);
    }

    private static CompletableFuture<Boolean> startAdd(Spool spool, String app, String user, String text) {
        AppendRequest request = request(user, text).toBuilder().setApp(app).build();
        return spool.add(new LogId(Slot.of(app, user), app, user), request);
    }

    /** Whether it was, with UNAVAILABLE. */
    private static boolean isRefused(CompletableFuture<Boolean> added) {
        try {
            return !added.orTimeout(10, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            assertThat(e.getCause())
                    .isInstanceOfSatisfying(
                            HawserException.class,
                            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE));
            return true;
        }
    }

    private static void assertFull(Spool spool, AppendRequest request, String words) {
        assertThatThrownBy(() -> spool.add(log(request.getUser()), request).join())
                .cause()
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MAILBOX_FULL))
                .hasMessageContaining(words);
    }

    private static AppendRequest to(String mailbox, String text) {
        return request("alice", text).toBuilder().setMailbox(mailbox).build();
    }

    private static AppendRequest request(String user, String text) {
        return AppendRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setRequestId("id of " + text.substring(0, Math.min(MAX_ID, text.length())))
                .setBodyHash(ByteString.copyFromUtf8("hash of the body"))
                .setContent(ByteString.copyFromUtf8(text))
                .build();
    }

    private static LogId log(String user) {
        return new LogId(Slot.of("demo", user), "demo", user);
    }

    private static void awaitEmpty(Spool spool) {
        await().atMost(Duration.ofSeconds(30)).until(() -> spool.messages() == 0);
    }

    private double gauge(String name) {
        return meters.get("hawser.saver.spool." + name).gauge().value();
    }

    private List<Path> files() throws IOException {
        return filesOf(directory);
    }

    private static List<Path> filesOf(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(path -> path.toString().endsWith(SpoolFile.SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    private static void truncate(Path file, long size) throws IOException {
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE)) {
            open.truncate(size);
        }
    }
}
