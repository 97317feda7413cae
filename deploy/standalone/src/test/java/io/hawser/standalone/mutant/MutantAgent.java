package io.hawser.standalone.mutant;

import io.hawser.standalone.agent.MethodBodies;
import java.lang.constant.ClassDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A Java agent that makes a JVM with classes of the platform a {@link Mutant}. */
public final class MutantAgent implements ClassFileTransformer {
    static final ClassDesc SELF = ClassDesc.of(MutantAgent.class.getName());

    private static final long SLOW_DISK_MILLIS = 500;

    private final Mutant mutant;

    private MutantAgent(Mutant mutant) {
        this.mutant = mutant;
    }

    /** @param mutant its name */
    public static void premain(String mutant, Instrumentation instrumentation) {
        instrumentation.addTransformer(new MutantAgent(Mutant.named(mutant)));
    }

    /** Called before a commit is written. */
    public static void slowDisk() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SLOW_DISK_MILLIS));
    }

    /** Called with the text of a script of Redis: its checks of generations are comments, as is this. */
    public static String withoutGenerations(String script) {
        return script.replaceAll("(?m)^if .*~= ARGV\\[1] then return \\{(STALE|UNKNOWN)} end$", "-- no check");
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            String type,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] bytes) {
        byte[] changed = null;
        for (Mutant.Change change : mutant.changesOf(type)) {
            changed = new MethodBodies(loader == null ? ClassLoader.getSystemClassLoader() : loader, "mutant " + mutant)
                    .change(changed == null ? bytes : changed, change::isOf, change.how());
        }
        return changed;
    }
}
