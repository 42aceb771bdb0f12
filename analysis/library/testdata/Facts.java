import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import tla2sany.drivers.SANY;
import tla2sany.modanalyzer.SpecObj;
import tla2sany.semantic.*;
import tla2sany.st.TreeNode;
import util.SimpleFilenameToStream;
import util.ToolIO;

/**
 * Asks SANY what it knows of TLA+ modules, and prints it in the form of the
 * files in analysis/library/modules, without the prose. The arguments are names
 * of modules; "=Name" prints instead what a module that EXTENDS Name gets, for
 * which a module "Extends_Name" must be on the search path.
 */
public class Facts {
  static final PrintStream out = System.out;

  public static void main(String[] args) throws Exception {
    for (String arg : args) {
      boolean exports = arg.startsWith("=");
      String name = exports ? "Extends_" + arg.substring(1) : arg;
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      PrintStream quiet = new PrintStream(said);
      ToolIO.out = quiet;
      ToolIO.err = quiet;
      out.println("## " + arg);
      SpecObj spec = new SpecObj(name, new SimpleFilenameToStream());
      String failure = null;
      try {
        SANY.frontEndMain(spec, name, quiet);
      } catch (Throwable e) {
        failure = e.toString();
      }
      if (failure != null || spec.getErrorLevel() != 0 || !spec.getParseErrors().isSuccess() || spec.getSemanticErrors() != null && !spec.getSemanticErrors().isSuccess()) {
        out.println("rejected " + (failure + " " + said).replace('\n', ' '));
        continue;
      }
      ModuleNode module = spec.getExternalModuleTable().getRootModule();
      if (exports) exports(module); else facts(module);
    }
  }

  static void facts(ModuleNode module) throws Exception {
    out.println("module " + module.getName());
    List<String> extended = new ArrayList<>();
    for (TreeNode part : module.getTreeNode().heirs())
      if (part.getImage().equals("N_Extends"))
        for (TreeNode token : part.heirs())
          if (!token.getImage().equals("EXTENDS") && !token.getImage().equals(",")) extended.add(token.getImage());
    if (!extended.isEmpty()) out.println("extends " + String.join(" ", extended));
    for (ModuleNode inner : module.getInnerModules()) out.println("inner " + inner.getName());
    List<SemanticNode> nodes = new ArrayList<>();
    for (InstanceNode node : module.getInstances()) add(nodes, node, module);
    for (OpDeclNode node : module.getConstantDecls()) if (node.getOriginallyDefinedInModuleNode() == module) nodes.add(node);
    for (OpDeclNode node : module.getVariableDecls()) if (node.getOriginallyDefinedInModuleNode() == module) nodes.add(node);
    for (OpDefNode node : module.getOpDefs()) if (node.getOriginallyDefinedInModuleNode() == module && node.getSource() == node) nodes.add(node);
    for (ThmOrAssumpDefNode node : module.getThmOrAssDefs()) if (node.getOriginallyDefinedInModuleNode() == module && node.getSource() == node) nodes.add(node);
    nodes.sort(Comparator.comparingInt((SemanticNode n) -> n.getLocation().beginLine()).thenComparingInt(n -> n.getLocation().beginColumn()));
    for (SemanticNode node : nodes) out.println(line(node, module));
  }

  static void add(List<SemanticNode> nodes, InstanceNode node, ModuleNode module) {
    if (node.getTreeNode().getFilename().equals(module.getName().toString())) nodes.add(node);
  }

  static String line(SemanticNode node, ModuleNode module) throws Exception {
    if (node instanceof InstanceNode) {
      InstanceNode i = (InstanceNode) node;
      return (i.getLocal() ? "local " : "") + "instance " + i.getModule().getName() + (i.getName() == null ? "" : " named " + i.getName());
    }
    if (node instanceof OpDeclNode) {
      OpDeclNode d = (OpDeclNode) node;
      return (d.getKind() == ASTConstants.VariableDeclKind ? "variable " : "constant ") + d.getName() + (d.getArity() == 0 ? "" : "/" + d.getArity());
    }
    AnyDefNode def = (AnyDefNode) node;
    def.levelCheck(1, new Errors());
    StringBuilder s = new StringBuilder();
    FormalParamNode[] params = def.getParams();
    if (node instanceof ThmOrAssumpDefNode) {
      ThmOrAssumpDefNode t = (ThmOrAssumpDefNode) node;
      s.append(t.isLocal() ? "local " : "").append(t.isTheorem() ? "theorem " : "assumption ").append(t.getName());
      if (t.getBody() instanceof AssumeProveNode) s.append(" sequent");
    } else {
      OpDefNode d = (OpDefNode) node;
      s.append(d.isLocal() ? "local " : "").append(d.getInRecursive() ? "recursive " : "").append("def ");
      String name = d.getName().toString();
      String[] ps = new String[params.length];
      for (int i = 0; i < params.length; i++) ps[i] = param(def, i);
      boolean word = name.matches("\\w+");
      String function = d.getBody() instanceof OpApplNode ? ((OpApplNode) d.getBody()).getOperator().getName().toString() : "";
      if (function.equals("$RecursiveFcnSpec") || function.equals("$NonRecursiveFcnSpec")) {
        List<String> bound = new ArrayList<>();
        for (FormalParamNode[] group : ((OpApplNode) d.getBody()).getBdedQuantSymbolLists())
          for (FormalParamNode p : group) bound.add(p.getName().toString());
        s.append(name).append("[" + String.join(", ", bound) + "]");
      } else if (word) s.append(name).append(ps.length == 0 ? "" : "(" + String.join(", ", ps) + ")");
      else if (ps.length == 2) s.append(ps[0] + " " + name + " " + ps[1]);
      else if (name.endsWith(".")) s.append(name + " " + ps[0]);
      else s.append(ps[0] + " " + name);
      if (d.getKind() != ASTConstants.UserDefinedOpKind) s.append(" kind " + d.getKind());
    }
    if (def.getLevel() != 0) s.append(" level " + def.getLevel());
    if (node instanceof OpDefNode && !def.getIsLeibniz()) s.append(" not Leibniz");
    TreeMap<String, Integer> max = new TreeMap<>();
    TreeSet<String> weighty = new TreeSet<>();
    for (SymbolNode p : def.getLevelParams()) if (isDeclared(p)) { weighty.add(p.getName().toString()); max.putIfAbsent(p.getName().toString(), 3); }
    for (Map.Entry<?, ?> e : ((Map<?, ?>) (Object) def.getLevelConstraints()).entrySet())
      if (isDeclared((SymbolNode) e.getKey())) max.put(((SymbolNode) e.getKey()).getName().toString(), (Integer) e.getValue());
    if (!max.isEmpty()) s.append(" uses");
    for (String p : max.keySet()) s.append(" " + p + counts(max.get(p), weighty.contains(p)));
    return s.toString();
  }

  static boolean isDeclared(SymbolNode p) {
    return p.getKind() == ASTConstants.ConstantDeclKind || p.getKind() == ASTConstants.VariableDeclKind;
  }

  static String param(AnyDefNode def, int i) throws Exception {
    FormalParamNode[] params = def.getParams();
    String name = params[i].getName().toString();
    int arity = params[i].getArity();
    List<String> args = new ArrayList<>();
    boolean fed = false;
    for (int k = 0; k < arity; k++) {
      List<String> from = new ArrayList<>();
      for (int j = 0; j < params.length; j++) if (def.getOpLevelCond(i, j, k)) from.add(params[j].getName().toString());
      fed |= !from.isEmpty();
      args.add(from.isEmpty() ? "_" : String.join(" ", from));
      if (def.getMinMaxLevel(i, k) != 0) throw new Exception(name + " must accept arguments of level " + def.getMinMaxLevel(i, k));
    }
    String text = name;
    if (!name.matches("\\w+") && arity == 2 && !fed) text = "_" + name + "_";
    else if (arity > 0) text = name + "(" + String.join(", ", args) + ")";
    return text + counts(def.getMaxLevel(i), def.getWeight(i) > 0);
  }

  /** The levels that an argument may have, and whether its level counts. */
  static String counts(int max, boolean weighty) {
    String s = (max == 2 ? "" : "" + max) + (weighty ? "" : "i");
    return s.isEmpty() ? "" : ":" + s;
  }

  static void exports(ModuleNode module) {
    TreeSet<String> lines = new TreeSet<>();
    for (OpDeclNode d : module.getConstantDecls()) lines.add(d.getName() + " " + d.getArity() + " 0 " + d.getOriginallyDefinedInModuleNode().getName());
    for (OpDeclNode d : module.getVariableDecls()) lines.add(d.getName() + " 0 1 " + d.getOriginallyDefinedInModuleNode().getName());
    for (OpDefNode d : module.getOpDefs()) {
      d.levelCheck(1, new Errors());
      lines.add(d.getName() + " " + d.getArity() + " " + d.getLevel() + " " + ((SymbolNode) d.getSource()).getName() + "@" + origin(d));
    }
    for (ThmOrAssumpDefNode d : module.getThmOrAssDefs()) {
      d.levelCheck(1, new Errors());
      lines.add(d.getName() + " " + d.getArity() + " " + d.getLevel() + " " + d.getOriginallyDefinedInModuleNode().getName());
    }
    for (String line : lines) out.println(line.replaceFirst(" \\S+@", " "));
  }

  static String origin(OpDefNode d) {
    return ((OpDefNode) d.getSource()).getOriginallyDefinedInModuleNode().getName().toString();
  }
}
