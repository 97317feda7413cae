package io.hawser.standalone.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.ReturnInstruction;
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
import org.jspecify.annotations.Nullable;

/**
 * A Java agent that plants the {@link CrashPoint}s into classes as they are loaded: the product has nothing of them. A
 * process that comes by one whose file is there takes the file away and ends at once, as by SIGKILL; so of several
 * processes one ends, once.
 */
public final class CrashAgent implements ClassFileTransformer {
    static final int EXIT_CODE = 137;

    private static final ClassDesc SELF = ClassDesc.of(CrashAgent.class.getName());
    private static final MethodTypeDesc TAKES_A_NAME =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);

    private static volatile Path armed = Path.of("");

    /** @param directory where the files are that arm the points of their names */
    public static void premain(String directory, Instrumentation instrumentation) {
        armed = Path.of(directory);
        instrumentation.addTransformer(new CrashAgent());
    }

    /** Called at a point. */
    public static void reached(String point) {
        try {
            if (Files.deleteIfExists(armed.resolve(point))) {
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
        var resolver =
                ClassHierarchyResolver.ofResourceParsing(loader).orElse(ClassHierarchyResolver.defaultResolver());
        ClassFile files = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(resolver));
        byte[] planted = bytes;
        for (CrashPoint point : points) {
            ClassModel model = files.parse(planted);
            if (model.methods().stream().noneMatch(method -> method.methodName().equalsString(point.method()))) {
                System.err.println("crash point " + point + ": " + point.type() + " has no such method");
                Runtime.getRuntime().halt(1);
            }
            planted = files.transformClass(
                    model,
                    ClassTransform.transformingMethodBodies(
                            method -> method.methodName().equalsString(point.method()),
                            CodeTransform.ofStateful(() -> new Planting(point))));
        }
        return planted;
    }

    private record Planting(CrashPoint point) implements CodeTransform {
        @Override
        public void atStart(CodeBuilder code) {
            if (point.place() == CrashPoint.Place.BEGINNING) {
                call(code);
            }
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            if (point.place() == CrashPoint.Place.END && element instanceof ReturnInstruction) {
                call(code);
            }
            code.with(element);
        }

        private void call(CodeBuilder code) {
            code.loadConstant(point.name()).invokestatic(SELF, "reached", TAKES_A_NAME);
        }
    }
}
