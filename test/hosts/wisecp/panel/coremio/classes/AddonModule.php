<?php

declare(strict_types=1);

class AddonModule
{
    public $config = [];
    public $lang = [];
    public $dir;
    public $url;
    public $area_link;
    public $_name;
    public $user = [];
    public $admin = [];
    public $error;

    public function __construct()
    {
        $this->_name = $this->_name ?: get_class($this);
        $this->dir = MODULE_DIR . 'Addons' . DS . $this->_name . DS;
        $record = Modules::Load('Addons', $this->_name, true);
        $this->config = $record['config'] ?? [];
        $this->lang = Modules::Lang('Addons', $this->_name);
    }

    public function save_config($data = []): bool
    {
        $this->config = $data;
        return FileManager::file_write($this->dir . 'config.php', Utility::array_export($data, ['pwith' => true]));
    }

    public function change_addon_status($arg = '')
    {
        $status = $arg === 'enable';
        $method = $status ? 'activate' : 'deactivate';
        $apply = method_exists($this, $method) ? $this->$method() : true;
        return $apply && $this->save_config(['status' => $status] + $this->config);
    }
}
