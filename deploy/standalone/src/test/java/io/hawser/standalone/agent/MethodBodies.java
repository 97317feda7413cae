package io.hawser.standalone.agent;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ReturnInstruction;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Changes methods of a class that is being loaded. */
public final class MethodBodies {
    private final ClassLoader loader;
    private final String what;

    /**
     * @param loader of the class
     * @param what is changed, for whoever reads that it cannot be
     */
    public MethodBodies(ClassLoader loader, String what) {
        this.loader = loader;
        this.what = what;
    }

    /** Code at the beginning of a method. */
    public static CodeTransform atBeginning(Consumer<CodeBuilder> code) {
        return new Beginning(code);
    }

    /** Code before each return of a method: what it returns lies on the stack. */
    public static CodeTransform beforeReturns(Consumer<CodeBuilder> code) {
        return new Returns(code);
    }

    private record Beginning(Consumer<CodeBuilder> code) implements CodeTransform {
        @Override
        public void atStart(CodeBuilder builder) {
            code.accept(builder);
        }

        @Override
        public void accept(CodeBuilder builder, CodeElement element) {
            builder.with(element);
        }
    }

    private record Returns(Consumer<CodeBuilder> code) implements CodeTransform {
        @Override
        public void accept(CodeBuilder builder, CodeElement element) {
            if (element instanceof ReturnInstruction) {
                code.accept(builder);
            }
            builder.with(element);
        }
    }

    /** Returns the class with the methods changed that are chosen; where there is none, the JVM ends with a word. */
    public byte[] change(byte[] bytes, Predicate<MethodModel> chosen, CodeTransform change) {
        var resolver =
                ClassHierarchyResolver.ofResourceParsing(loader).orElse(ClassHierarchyResolver.defaultResolver());
        // Names of variables would have to be right in code that is never reached any more.
        ClassFile files = ClassFile.of(
                ClassFile.ClassHierarchyResolverOption.of(resolver), ClassFile.DebugElementsOption.DROP_DEBUG);
        ClassModel model = files.parse(bytes);
        if (model.methods().stream().noneMatch(chosen)) {
            System.err.println(what + ": " + model.thisClass().asInternalName() + " has no such method");
            Runtime.getRuntime().halt(1);
        }
        return files.transformClass(model, ClassTransform.transformingMethodBodies(chosen, change));
    }
}
