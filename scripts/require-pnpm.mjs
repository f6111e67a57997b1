// Before a package is packed: only pnpm puts versions in the place of `workspace:^`; what npm packs cannot be installed.
if (!process.env.npm_config_user_agent?.startsWith('pnpm/')) {
  console.error(
    'pack with pnpm (`pnpm pack`, or `pnpm tarballs` for all packages): npm leaves `workspace:^` in the manifest',
  );
  process.exit(2);
}
