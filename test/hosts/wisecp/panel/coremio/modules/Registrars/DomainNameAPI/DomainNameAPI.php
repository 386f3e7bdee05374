<?php

use DomainNameApi\DomainNameAPI_PHPLibrary;

/** The stand-in for the vendor's module: same places and names as the real one, its habits with config.php included. */
class DomainNameAPI
{
    public $version = "2.0.16";

    public $config = [];
    public $lang = [];
    public $error;
    private $username;
    private $password;
    private $tmode;

    public function __construct($external = [])
    {
        $this->arrangeModuleConfig();
        if (!class_exists('\DomainNameApi\DomainNameAPI_PHPLibrary')) {
            include __DIR__ . DS . 'api.php';
        }
        $this->username = $this->config['settings']['username'];
        $this->password = Crypt::decode($this->config['settings']['password'], Config::get('crypt/system'));
        $this->tmode = (bool) $this->config['settings']['test-mode'];
    }

    /** Rewrites the whole file, with what this request had read, when the code is newer than what is noted in it. */
    private function arrangeModuleConfig()
    {
        $file = __DIR__ . DS . 'config.php';
        if (!file_exists($file)) {
            copy(__DIR__ . DS . 'config.sample.php', $file);
        }
        $this->config = Modules::Config('Registrars', __CLASS__);
        $write = ($this->config['meta']['version'] ?? '') !== $this->version;
        $this->config['meta']['version'] = $this->version;
        if (empty($this->config['settings']['dns-record-types'])) {
            $this->config['settings']['dns-record-types'] = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT'];
            $write = true;
        }
        if ($write) {
            FileManager::file_write($file, Utility::array_export($this->config, ['pwith' => true]));
        }
        $this->lang = Modules::Lang('Registrars', __CLASS__);
    }

    /** The test button: always the live system, whatever the switch says. */
    public function testConnection($config = [])
    {
        $password = Crypt::decode($config['settings']['password'], Config::get('crypt/system'));
        $check = (new DomainNameAPI_PHPLibrary($config['settings']['username'], $password, false))->GetResellerDetails();
        $this->error = $check['error']['Details'] ?? null;
        return $check['result'] === 'OK';
    }

    /** What the settings page shows: kept for 180 seconds, failures as well. */
    public function getDNAUser()
    {
        $database = \Keyturn\Host\database();
        $name = 'DNA-dnauser_' . md5("$this->username-$this->password-" . ($this->tmode ? 'test' : ''));
        $kept = $database->prepare('SELECT content FROM mod_dna_cache_elements WHERE name = ? AND updated_at > ?');
        $kept->execute([$name, date('Y-m-d H:i:s', time() - 180)]);
        $content = $kept->fetchColumn();
        if ($content !== false) {
            return unserialize(base64_decode($content));
        }
        $user = (new DomainNameAPI_PHPLibrary($this->username, $this->password, $this->tmode))->GetResellerDetails();
        $database->prepare('INSERT INTO mod_dna_cache_elements (name, content, updated_at) VALUES (?, ?, ?)')
            ->execute([$name, base64_encode(serialize($user)), date('Y-m-d H:i:s')]);
        return $user;
    }
}
