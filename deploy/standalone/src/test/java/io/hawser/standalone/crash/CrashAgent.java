package io.hawser.standalone.crash;

import io.hawser.standalone.agent.MethodBodies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A Java agent that plants the {@link CrashPoint}s into classes as they are loaded: the product has nothing of them. A
 * process that comes by one whose file is there, and not for one of the first times where the point lets some pass, takes
 * the file away and ends at once, as by SIGKILL; so of several processes one ends, once.
 */
public final class CrashAgent implements ClassFileTransformer {
    static final int EXIT_CODE = 137;

    private static final ClassDesc SELF = ClassDesc.of(CrashAgent.class.getName());
    private static final MethodTypeDesc TAKES_NAME_AND_PASSES =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String, ConstantDescs.CD_int);

    private static volatile Path armed = Path.of("");
    /** How often this process came by a point that was armed. */
    private static final Map<String, Integer> CAME_BY = new ConcurrentHashMap<>();

    /** @param directory where the files are that arm the points of their names */
    public static void premain(String directory, Instrumentation instrumentation) {
        armed = Path.of(directory);
        instrumentation.addTransformer(new CrashAgent());
    }

    /** Called at a point. */
    public static void reached(String point, int passes) {
        Path file = armed.resolve(point);
        try {
            boolean passed = passes > 0 && Files.exists(file) && CAME_BY.merge(point, 1, Integer::sum) <= passes;
            if (!passed && Files.deleteIfExists(file)) {
                System.err.println("crash point " + point);
                Runtime.getRuntime().halt(EXIT_CODE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            String type,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] bytes) {
        List<CrashPoint> points = Arrays.stream(CrashPoint.values())
                .filter(point -> point.type().equals(type))
                .toList();
        return points.isEmpty() || loader == null ? null : planted(loader, points, bytes);
    }

    private static byte[] planted(ClassLoader loader, List<CrashPoint> points, byte[] bytes) {
        byte[] planted = bytes;
        for (CrashPoint point : points) {
            planted = new MethodBodies(loader, "crash point " + point)
                    .change(planted, method -> method.methodName().equalsString(point.method()), planting(point));
        }
        return planted;
    }

    private static CodeTransform planting(CrashPoint point) {
        return switch (point.place()) {
            case BEGINNING -> MethodBodies.atBeginning(code -> call(code, point));
            case END -> MethodBodies.beforeReturns(code -> call(code, point));
        };
    }

    private static void call(CodeBuilder code, CrashPoint point) {
        code.loadConstant(point.name())
                .loadConstant(point.passes())
                .invokestatic(SELF, "reached", TAKES_NAME_AND_PASSES);
    }
}
