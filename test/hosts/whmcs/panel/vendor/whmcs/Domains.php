<?php

declare(strict_types=1);

namespace Keyturn\Host\Whmcs;

use function Keyturn\Host\config;

/** The clients' domains; there is one, the canary. */
final class Domains
{
    /** @return array<string, mixed>|null */
    public static function byId(string $id): ?array
    {
        $canary = config('canary', []);
        if ($id === '' || $id !== ($canary['domainId'] ?? null)) {
            return null;
        }
        $registrar = $canary['registrar'] ?? 'domainnameapi';
        return ['id' => $id, 'domainname' => $canary['domain'], 'registrar' => $registrar, 'status' => 'Active'];
    }

    /**
     * Runs a function of the domain's registrar module with what is stored for it. Null: the module has none.
     *
     * @param array<string, mixed> $domain
     * @return array<string, mixed>|null
     */
    public static function ask(array $domain, string $function): ?array
    {
        $module = $domain['registrar'];
        if (!Registrars::hasFiles($module) || !Registrars::isActive($module)) {
            return null;
        }
        require_once ROOTDIR . '/includes/registrarfunctions.php';
        require_once Registrars::file($module);
        [$sld, $tld] = explode('.', $domain['domainname'], 2);
        $params = getregistrarconfigoptions($module) + ['sld' => $sld, 'tld' => $tld, 'domainid' => $domain['id']];
        return ("{$module}_{$function}")($params);
    }
}
