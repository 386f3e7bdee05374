<?php

/** The documented functions of the API that this panel has. Each gives [succeeded, record]. */
final class ApiFunctions
{
    public static function names(): array
    {
        $own = array_diff(get_class_methods(self::class), ['names']);
        return array_values($own);
    }

    public function getHostBillversion(array $fields): array
    {
        $query = hbm_db()->query("SELECT value FROM hb_configuration WHERE setting = 'Version'");
        return [true, ['version' => $query->fetchColumn()]];
    }

    public function getAPIMethods(array $fields): array
    {
        return [true, ['methods' => self::names()]];
    }

    public function getAppGroups(array $fields): array
    {
        $groups = hbm_db()->query(
            'SELECT g.id, g.name, g.module, g.modulename, (SELECT COUNT(*) FROM hb_servers s WHERE s.group_id = g.id) AS servers
             FROM hb_server_groups g ORDER BY g.id'
        );
        return [true, ['servers' => $groups->fetchAll()]];
    }

    public function getAppServers(array $fields): array
    {
        $query = hbm_db()->prepare('SELECT id, name, host, ip FROM hb_servers WHERE group_id = ? ORDER BY id');
        $query->execute([$fields['group'] ?? 0]);
        return [true, ['servers' => $query->fetchAll()]];
    }

    public function getServerDetails(array $fields): array
    {
        $details = HBLoader::LoadModel('Servers')->getServerDetails($fields['id'] ?? 0);
        return $details === null ? [false, ['Server not found']] : [true, ['server' => $details]];
    }

    /** Runs a function of a third-party module's own API controller. */
    public function module(array $fields): array
    {
        $name = (string) ($fields['module'] ?? '');
        $module = ModuleFactory::singleton()->getModuleByName($name);
        if ($module === null) {
            return [false, ["Module $name was not found"]];
        }
        $file = (new ReflectionObject($module))->getFileName();
        $file = dirname((string) $file) . "/api/class.{$name}_controller.php";
        if (!is_file($file)) {
            return [false, ['This module offers no API']];
        }
        require_once $file;
        $class = $name . '_controller';
        $controller = new $class();
        $controller->module = $module;
        $function = (string) ($fields['fn'] ?? '');
        if (!is_callable([$controller, $function])) {
            return [false, ['Function does not exist']];
        }
        return $controller->$function($fields);
    }
}
