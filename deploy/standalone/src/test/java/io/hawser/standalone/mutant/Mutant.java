package io.hawser.standalone.mutant;

import io.hawser.standalone.agent.MethodBodies;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A platform that lacks one rule.
 *
 * @param name of it
 * @param shows violations, of which a run has to report one
 * @param faults that bring it to light, as {@code ./hawser chaos --list} has them
 * @param settings as {@code --set} takes them: what would heal soon what is missing is put off
 * @param changes in the platform's classes; none: the rule is MariaDB's, that it syncs, which {@link UnsyncedMariaDb} does not
 */
record Mutant(String name, Set<String> shows, List<String> faults, List<String> settings, List<Change> changes) {
    private static final MethodTypeDesc TAKES_NOTHING = MethodTypeDesc.of(ConstantDescs.CD_void);

    /** Of one method. */
    record Change(String type, String method, String descriptor, CodeTransform how) {
        boolean isOf(MethodModel candidate) {
            return candidate.methodName().equalsString(method)
                    && candidate.methodType().equalsString(descriptor);
        }
    }

    /** All there are. */
    static List<Mutant> all() {
        return List.of(
                answersBeforeTheCommit(),
                withoutStamps(),
                withoutGenerations(),
                withoutOwedSet(),
                withoutGapLoad(),
                withoutSyncs());
    }

    static Mutant named(String name) {
        return Stream.concat(all().stream(), Stream.of(withoutBackup()))
                .filter(mutant -> mutant.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " (expected: one of " + all() + ")"));
    }

    /** Whether it lacks nothing of ours. */
    boolean isOfMariaDb() {
        return changes.isEmpty();
    }

    /** From when on a message is late: once the power is back, broadcasts may take longer to one that comes again. */
    int lateSeconds() {
        return isOfMariaDb() ? 30 : 10;
    }

    /** What is changed of a class; nothing of most. */
    List<Change> changesOf(String type) {
        return changes.stream().filter(change -> change.type.equals(type)).toList();
    }

    @Override
    public String toString() {
        return name;
    }

    /** R5: a sender is answered as soon as Redis has the message. MySQL's disk is slow, so that it shows soon. */
    private static Mutant answersBeforeTheCommit() {
        Change answer = returning(
                "saver/log/Append",
                "accepted",
                "(Lio/hawser/saver/redis/Reply;)V",
                code -> code.aload(0).invokevirtual(type("saver/log/Append"), "committed", TAKES_NOTHING));
        Change disk = beginning(
                "saver/journal/Journal",
                "write",
                "(JJJ[B)Lio/hawser/saver/journal/Journal$Outcome;",
                code -> code.invokestatic(MutantAgent.SELF, "slowDisk", TAKES_NOTHING));
        return new Mutant(
                "answers-before-the-commit", Set.of("LOST"), List.of("saver-killed"), List.of(), List.of(answer, disk));
    }

    /**
     * R4: whoever says that a session is over is believed, whichever session is there by now: so a center that pushed to where
     * a device was a moment ago ends the session where it is. The comparing of room and register would mend it.
     */
    private static Mutant withoutStamps() {
        Change all = beginning(
                "register/HeldSession",
                "isWhoLeaves",
                "(Lio/hawser/rpc/v1/Session;)Z",
                code -> code.iconst_1().ireturn());
        return new Mutant(
                "without-stamps",
                Set.of("NO_SESSION", "LATE", "LOST"),
                List.of("links-slow"),
                List.of("room.pour.compareEvery=1h"),
                List.of(all));
    }

    /** R5: what is in Redis is believed, of whichever generation it is. */
    private static Mutant withoutGenerations() {
        MethodTypeDesc filter = MethodTypeDesc.of(ConstantDescs.CD_String, ConstantDescs.CD_String);
        Change scripts = returning(
                "saver/redis/Script",
                "read",
                "(Ljava/lang/String;)Ljava/lang/String;",
                code -> code.invokestatic(MutantAgent.SELF, "withoutGenerations", filter));
        return new Mutant(
                "without-generations",
                Set.of("LOST", "OUT_OF_ORDER", "DUPLICATED", "RESET", "LATE"),
                List.of("redis-rolled-back"),
                List.of(),
                List.of(scripts));
    }

    /** R1: nobody pushes again what the one who stored it did not. */
    private static Mutant withoutOwedSet() {
        Change never = beginning("saver/log/OwedLogs", "run", "()V", CodeBuilder::return_);
        return new Mutant(
                "without-owed-set", Set.of("LATE", "LOST"), List.of("room-link-deaf"), List.of(), List.of(never));
    }

    /** R1: a push is written, whatever should have come before it. */
    private static Mutant withoutGapLoad() {
        Change all = beginning(
                "room/connection/Stream",
                "chains",
                "(JJ)Z",
                code -> code.aload(0)
                        .getfield(type("room/connection/Stream"), "open", ConstantDescs.CD_boolean)
                        .ireturn());
        return new Mutant(
                "without-gap-load",
                Set.of("LOST", "OUT_OF_ORDER", "RESET"),
                List.of("center-killed", "room-link-deaf", "links-reset"),
                List.of(),
                List.of(all));
    }

    /** R5: what is committed is on MySQL's disk. */
    private static Mutant withoutSyncs() {
        return new Mutant("without-syncs", Set.of("LOST"), List.of("everything-power-lost"), List.of(), List.of());
    }

    /** R5: what Redis has is in MySQL too. Nothing of chaos: what that costs is measured against it. */
    static Mutant withoutBackup() {
        ClassDesc committed = type("saver/journal/Journal$Outcome$Committed");
        Change journal = beginning(
                "saver/journal/Journal",
                "write",
                "(JJJ[B)Lio/hawser/saver/journal/Journal$Outcome;",
                code -> code.new_(committed)
                        .dup()
                        .invokespecial(committed, ConstantDescs.INIT_NAME, TAKES_NOTHING)
                        .areturn());
        Change folds = beginning(
                "saver/journal/Folds",
                "write",
                "(JLjava/util/List;Ljava/util/List;Ljava/util/Map;J)V",
                CodeBuilder::return_);
        return new Mutant("without-backup", Set.of(), List.of(), List.of(), List.of(journal, folds));
    }

    private static Change beginning(String type, String method, String descriptor, Consumer<CodeBuilder> code) {
        return new Change(name(type), method, descriptor, MethodBodies.atBeginning(code));
    }

    private static Change returning(String type, String method, String descriptor, Consumer<CodeBuilder> code) {
        return new Change(name(type), method, descriptor, MethodBodies.beforeReturns(code));
    }

    private static String name(String type) {
        return "io/hawser/" + type;
    }

    private static ClassDesc type(String type) {
        return ClassDesc.ofInternalName(name(type));
    }
}
